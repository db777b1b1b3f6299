"""The nodes of a field tree, as the answer has them, and how many there may be."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST_NODES = 2000
"""Nodes of one frame's tree; what comes after them is counted, not told."""

LONGEST_TEXT = 200
"""Characters of a name or a value."""


@dataclass(slots=True)
class Node:
    """A header or a field."""

    key: str
    """Layer and field as scapy calls them, such as `TCP.seq`; a layer alone for a header."""
    name: str
    value: str = ""
    start: int | None = None
    """Its bytes in the frame, from `start` up to `end`."""
    end: int | None = None
    bits: str = ""
    """Which bits of these bytes, where it shares them."""
    children: list["Node"] = field(default_factory=list)


def as_json(layers: Iterable[Node]) -> list[dict[str, object]]:
    """The layers of a frame with at most MOST_NODES nodes, ready to be written."""
    room = [MOST_NODES]
    return _list(layers, room)


def _list(nodes: Iterable[Node], room: list[int]) -> list[dict[str, object]]:
    written: list[dict[str, object]] = []
    for node in nodes:
        if room[0] <= 0:
            break
        room[0] -= 1
        written.append(
            {
                "key": _short(node.key),
                "name": _short(node.name),
                "value": _short(node.value),
                "bits": node.bits,
                "start": node.start,
                "end": node.end,
                "children": _list(node.children, room),
            }
        )
    return written


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
