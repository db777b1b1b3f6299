"""What both ends of a connection have sent, in the order of its sequence numbers."""
