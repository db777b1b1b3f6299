"""Wireshark's analysis of every segment, equal to tshark 4.0: section by section its rules, applied to connections."""
