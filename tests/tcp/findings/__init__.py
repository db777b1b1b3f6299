"""Tests of our own findings: every note with what proves it."""
