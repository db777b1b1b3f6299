"""Records the captures in captures/ from real programs, in network namespaces: Linux, as root."""
