"""Asking the corpus: the query language, the index, the pages of hits, their snippets and counts."""
