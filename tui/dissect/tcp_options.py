"""The options of a TCP header, one by one with their bytes (RFC 9293, 7323, 2018, 7413)."""

import struct

from tui.dissect.nodes import Node

END, NOP, MSS, SCALE, SACK_PERMITTED, SACK, TIMESTAMPS = 0, 1, 2, 3, 4, 5, 8

NAMES = {
    END: "End of options",
    NOP: "No operation",
    MSS: "Maximum segment size",
    SCALE: "Window scale",
    SACK_PERMITTED: "SACK permitted",
    SACK: "SACK",
    TIMESTAMPS: "Timestamps",
    19: "MD5 signature",
    28: "User timeout",
    29: "Authentication",
    30: "Multipath TCP",
    34: "Fast Open",
    254: "Experiment",
}


def option_nodes(data: bytes, start: int) -> list[Node]:
    """The options in `data`, which lies at `start` in the frame; the bytes after a broken one are one node."""
    nodes: list[Node] = []
    at = 0
    while at < len(data):
        kind = data[at]
        length = 1 if kind in {END, NOP} else data[at + 1] if at + 1 < len(data) else 0
        end = at + length
        if length == 0 or (kind not in {END, NOP} and length < 2) or end > len(data):
            nodes.append(Node("TCP.option", f"Option {kind}", "malformed length", start + at, start + len(data)))
            break
        name = NAMES.get(kind, f"Option {kind}")
        nodes.append(Node("TCP.option", name, _value(kind, data[at + 2 : end]), start + at, start + end))
        at = end
        if kind == END:
            if at < len(data):
                nodes.append(Node("TCP.option", "Padding", "", start + at, start + len(data)))
            break
    return nodes


def _value(kind: int, value: bytes) -> str:
    if kind == MSS and len(value) == 2:
        return f"{int.from_bytes(value, 'big'):,} bytes"
    if kind == SCALE and len(value) == 1:
        return f"{value[0]} (multiply by {1 << min(value[0], 14):,})"
    if kind == TIMESTAMPS and len(value) == 8:
        own, echo = struct.unpack(">II", value)
        return f"value {own}, echo reply {echo}"
    if kind == SACK and value and len(value) % 8 == 0:
        return ", ".join(f"{left}–{right}" for left, right in struct.iter_unpack(">II", value))
    return value.hex(" ")
