"""Written dates to instants: one reader for feeds, sitemaps and pages.

`instants` reads a string or finds the dates in a line; `date_tokens` cuts it, `clock_times`, `written_days` and `date_zones` make sense of
the parts, `date_words` and `calendars` know the languages and the calendars. Standard library and the calendars' own arithmetic only.
"""
