"""From frames to columns: link layers, IP, tunnels and TCP headers."""
