"""Looking for something in what was captured."""
