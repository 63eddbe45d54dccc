"""What was covered and what was missed, as the ledger knows it."""
