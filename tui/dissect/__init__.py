"""The dissector: a process of its own, the only place that imports scapy. It answers with the field tree of a frame."""
