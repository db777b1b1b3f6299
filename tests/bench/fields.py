"""What `tshark -T json -e …` is asked for, to be compared with `tcptui --json packets`: the same of each segment."""

ANALYSIS = (
    *("retransmission", "fast_retransmission", "spurious_retransmission", "out_of_order"),
    *("lost_segment", "ack_lost_segment", "keep_alive", "keep_alive_ack"),
    *("zero_window", "zero_window_probe", "zero_window_probe_ack", "window_update", "window_full"),
    *("reused_ports", "duplicate_ack", "duplicate_ack_num", "duplicate_ack_frame"),
    *("acks_frame", "bytes_in_flight", "ack_rtt", "initial_rtt", "rto"),
)
"""`analysis`, and the keys that come from Wireshark's analysis, without `tcp.analysis.`"""

FIELDS = (
    *("frame.number", "frame.interface_name", "frame.time_epoch", "frame.time_relative"),
    *("frame.len", "frame.cap_len"),
    *("tcp.stream", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport"),
    *("tcp.flags", "tcp.seq", "tcp.ack", "tcp.seq_raw", "tcp.ack_raw", "tcp.len"),
    *("tcp.window_size", "tcp.window_size_value", "tcp.window_size_scalefactor"),
    *("tcp.options.mss_val", "tcp.options.wscale.shift", "tcp.options.sack_perm"),
    *("tcp.options.sack_le", "tcp.options.sack_re"),
    *("tcp.options.timestamp.tsval", "tcp.options.timestamp.tsecr"),
    *(f"tcp.analysis.{name}" for name in ANALYSIS),
    "tcp.completeness",
)
"""In the order of the object's keys; `tcp.completeness` stands for what tcptui says of the states."""


def tshark_json(capture: str) -> list[str]:
    """The command that has tshark print these fields of every segment of a capture."""
    return ["tshark", "-n", "-r", capture, "-T", "json", *(word for name in FIELDS for word in ("-e", name))]
