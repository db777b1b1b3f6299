"""Capture files: what they hold, where their bytes come from, and how they are read and written."""
