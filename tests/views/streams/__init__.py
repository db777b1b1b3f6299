"""Tests of tui.views.streams."""
