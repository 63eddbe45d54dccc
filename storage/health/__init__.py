"""Whether sources are ill, what people were told of it, and the database in a few numbers for who watches it."""
