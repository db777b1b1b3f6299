"""Tests of tui.applications."""
