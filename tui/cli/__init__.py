"""The command line: what it asks for, and the program that does it."""

from tui.cli.program import main

__all__ = ["main"]
