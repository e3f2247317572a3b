"""The door: the table in a SQLite file, so that a question is answered without pandas."""
