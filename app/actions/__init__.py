"""The imperative shell: verbs of the trade. One deed is one function is one transaction."""
