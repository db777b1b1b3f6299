"""The language of display filters: grammar, fields and types. It knows nothing of a capture."""
