"""What a connection is for, told from the first bytes that each side sent."""

from tui.applications.describe import BYTES_ENOUGH, describe

__all__ = ["BYTES_ENOUGH", "describe"]
