"""What an article is about: countries and relevance. Pure functions over text; the words they know stand in `gazetteers/`."""
