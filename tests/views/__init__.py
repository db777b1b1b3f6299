"""Tests of frames and connections as people see them."""
