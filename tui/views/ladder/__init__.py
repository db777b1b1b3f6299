"""A connection as a sequence diagram."""
