"""The terminal itself: which one it is, and what is sent to it."""
