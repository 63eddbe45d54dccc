"""Getting articles: discovery, fetching, extraction and tagging."""
