"""What is taken out of a session: captures, tables, objects and texts in files."""
