"""What the export dialog offers, and the thread that writes."""
