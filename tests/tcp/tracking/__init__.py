"""Tests of tui.tcp.tracking."""
