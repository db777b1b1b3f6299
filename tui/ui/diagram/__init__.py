"""The state diagram of TCP, with the paths that both ends of a connection have taken."""
