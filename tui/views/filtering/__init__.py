"""Which rows of a session a display filter selects."""
