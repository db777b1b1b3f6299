"""Capturing, and what needs libpcap: programs that run as processes of their own. Nothing imports them."""
