"""Finding the copies of one text, and which of them came first."""
