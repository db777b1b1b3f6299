"""What the project exists for: connections, both endpoints' states, and what each segment means."""
