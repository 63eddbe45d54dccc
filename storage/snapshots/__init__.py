"""Snapshots: what the corpus held, frozen under the hash of its content, to be cited, compared, and built upon."""
