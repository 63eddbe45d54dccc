"""What differs between SQLite and PostgreSQL, one module each behind one interface; nothing else in the project asks which it is."""
