"""The watch: what lets the scheduler be left alone. When a source is crawled again, by whom, how it fares, and who is told.

`rhythm`, `breaker`, `lulls` and `windows` are pure; `appointments` joins them with the history in the database. `crews` are the crawl
processes, `chores` what is done at night, `notices`, `metrics`, `journal` and `status` tell people.
"""
