"""Taking over what runs already: what a row of a spreadsheet says, and what law and trade find wrong with it."""
