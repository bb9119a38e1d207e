"""Numbers and seals by which papers and people are known: forms, check digits, signatures."""
