"""Tests of what the project exists for."""
