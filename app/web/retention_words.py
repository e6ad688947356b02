"""The classes of data in words: what each is called and holds, why it is kept so long, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping

from app.web.marking import N_

# What a class is called, and the one sentence that explains it.
CALLED: Mapping[str, str] = {
    "tenancy": N_("Contract and tenancy"),
    "financial": N_("Financial"),
    "care": N_("Care"),
    "rejected": N_("Rejected or stopped candidate"),
    "access_log": N_("Who did and saw what"),
}
WHAT: Mapping[str, str] = {
    "tenancy": N_("Letters, reviews, incidents, advice and decision, with what people wrote down in them."),
    "financial": N_("The leases with the rent, and their signed copies."),
    "care": N_("The care contract, care goals, guidance and everything the care parties wrote down."),
    "rejected": N_("The nomination, the test against the ordinance and the answer to the offer."),
    "access_log": N_("Every entry of the record has a last day of its own; this is that of the oldest one."),
}
SINCE: Mapping[str, str] = {
    "tenancy": N_("Two years after the conditional tenancy ended, on %(since)s."),
    "financial": N_(
        "Seven years after the conditional tenancy ended, on %(since)s: so long the tax law asks for it "
        "(General State Taxes Act, article 52)."
    ),
    "care": N_(
        "Twenty years after care ended, on %(since)s, at the care provider and the municipality "
        "(Social Support Act 2015, article 5.3.4)."
    ),
    "rejected": N_("One year after it stopped, on %(since)s."),
    "access_log": N_("Five years after the entry, of %(since)s, was made."),
}
GOES_ON: Mapping[str, str] = {
    "tenancy": N_("Two years after the conditional tenancy has ended; it has not ended yet."),
    "financial": N_("Seven years after the conditional tenancy has ended; it has not ended yet."),
    "care": N_("Twenty years after care has ended; the trajectory is not over yet."),
    "rejected": N_("One year, if it stops before there is a lease; the trajectory is not over yet."),
    "access_log": N_("Five years after an entry is made; there is none yet."),
}
# What a dry run counts, by what app/records/erasing.py calls it.
WENT: Mapping[str, str] = {
    "letters": N_("Letters and reminders"),
    "papers": N_("Papers, with their files"),
    "signed_copies": N_("Signed copies, with their files"),
    "proofs": N_("Proofs of notices, with their files"),
    "notices": N_("End-of-term notices"),
    "steps": N_("Steps after incidents"),
    "incidents": N_("Incidents"),
    "hearings": N_("Hearings"),
    "meetings": N_("Joint meetings"),
    "revisions": N_("Proposals to revise the decision"),
    "decisions": N_("Decisions: the reasons and findings; the outcome and its day stay"),
    "confirmations": N_("Confirmations of goals and conditions"),
    "moves": N_("Moved reviews, with why"),
    "reasons_of_reviews": N_("Reviews: why one was planned or not held; the days stay"),
    "corrections": N_("Corrections of the lease"),
    "legal_dates": N_("Legal dates: why one changed; the days stay"),
    "reschedulings": N_("Changed spans: why; the days stay"),
    "told_leases": N_("What was said of an earlier lease"),
    "plans": N_("Plans for leaving: housing afterwards"),
    "care_plans": N_("Plans for leaving: care afterwards"),
    "keys": N_("Keys: why the tenant stayed; the days stay"),
    "early_ends": N_("Early ends: the remark; the day stays"),
    "answers": N_("Answers to tasks"),
    "drafts": N_("Tasks: drafts and what they held; that they were done stays"),
    "nomination": N_("Legal ground, evidence and reasons of a rejection"),
    "rent": N_("Rent and service costs"),
    "advices": N_("Advices"),
    "words_of_reviews": N_("Reviews: what the tenant said and what was agreed; the days stay"),
    "goals": N_("Goals"),
    "conditions": N_("Conditions"),
    "agreements": N_("Answers to the care contract"),
    "care_ends": N_("Ends of care"),
    "care_pauses": N_("Pauses of care"),
    "contacts": N_("Noted contacts"),
    "guidance": N_("Guidance: from when, until when, and the care decision"),
    "besides": N_("People beside the tenant"),
    "process": N_("Where the process stood"),
    "references": N_("Own references and contacts of the parties"),
    "home": N_("Which home it was"),
    "entries": N_("Oldest entries of the record, up to one that an anchor saw"),
    "persons": N_("People: name, date of birth, address, telephone, e-mail address"),
}
