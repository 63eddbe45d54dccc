"""Find, check and hand over sources: what `dragoman sources` does.

Pure: `probing` (what came of a channel), `prospecting` (which channels a site should be read by), `drafting` (the source file of a site),
`territories` (country and time zone), `opml`, `source_files`. With the network: `inquiry` asks, `checking` and `scouting` use it.
"""
