"""Keeping articles: storage, copies, search and export."""
