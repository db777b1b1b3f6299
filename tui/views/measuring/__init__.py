"""Measures of connections, computed from the columns of a session: many connections at once."""
