"""Spiders: thin, they only say what to ask for next and whom to give the answer."""
