"""Our own findings about segments, each with what proves it, where Wireshark's analysis misleads."""
