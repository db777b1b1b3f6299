"""Tests of the dissector process and of its client."""
