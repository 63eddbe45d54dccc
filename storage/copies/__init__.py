"""The copies of one text in the database: found, grouped, explained. How two texts are compared is in `storage.dedup`."""
