"""Tests of what is taken out of a session."""
