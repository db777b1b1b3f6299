"""How things look and how values are written: themes, words, numbers, times."""
