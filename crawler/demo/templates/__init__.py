"""One honest page template a kind of site: a renderer of the article page and one of the home page, as text."""
