"""Wireshark's analysis: against tshark, against its own rules, and rule by rule."""
