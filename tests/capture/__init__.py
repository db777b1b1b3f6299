"""The capture process."""
