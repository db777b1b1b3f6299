"""What each picture shows: where its frames come from, the keys that are pressed, and the words that appear then."""

from dataclasses import dataclass

WIDE = (160, 50)
SMALL = (80, 24)
"""Columns and lines of a terminal: a large one, and the one that everybody has."""

WHOLE = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture."""

    capture: str
    """Name of the bundled capture that the frames come from; empty for none."""
    size: tuple[int, int]
    keys: tuple[str, ...]
    """Groups of keys as Textual names them, with blanks between them; the details follow after each group."""
    shows: tuple[str, ...]
    """Words that are on the screen once it is ready."""
    theme: str | None = None
    colours: bool = True
    """False: as with NO_COLOR."""
    layout: str | None = None
    filter: str = ""
    live: bool = False
    """The frames come from `lo`, and more may follow."""
    share: float = WHOLE
    """Part of the file that is there; the rest was cut off."""


PICTURES: dict[str, Picture] = {
    "live": Picture(
        "redis-ping",
        WIDE,
        ("enter g j j j", "tab tab j j j j j j j", "shift+tab shift+tab"),
        ("● live", "PING"),
        filter="port 6379",
        live=True,
    ),
    "waiting": Picture("", (110, 30), (), ("Waiting for packets", "following"), filter="port 80", live=True),
    "states": Picture("simultaneous-close", WIDE, ("enter g j j j j j j j j", "D"), ("States of connection 0",)),
    "simultaneous-close": Picture("simultaneous-close", WIDE, ("enter j j j j j j j j",), ("CLOSING",)),
    "ten-connections": Picture("ten-connections", WIDE, ("right right right right right s j j",), ()),
    "small-terminal": Picture("redis-ping", SMALL, ("enter j j",), ("handshake is complete",)),
    "small-connections": Picture("ten-connections", SMALL, ("j j",), ("refused",)),
    "refused": Picture("refused", (110, 24), ("enter j",), ("nothing listens",)),
    "reset": Picture("reset-abort", WIDE, ("enter r",), ("RST",)),
    "lossy": Picture("lossy", WIDE, ("enter e",), ("fast retransmission",)),
    "ladder": Picture("lossy", WIDE, ("l j j j j j j",), ("lost, sent again in 56",)),
    "ladder-80": Picture("curl-four-segments", SMALL, ("l z j j",), ("teardown 4/4",)),
    "zero-window": Picture("zero-window", WIDE, ("enter" + " j" * 11,), ()),
    "light": Picture("curl-http", WIDE, ("enter t",), (), theme="tcptui-light"),
    "high-contrast": Picture("curl-four-segments", WIDE, ("enter t",), (), theme="high-contrast"),
    "terminal-colours": Picture("curl-http", (110, 30), ("enter t",), (), theme="terminal"),
    "no-colour": Picture("curl-http", SMALL, ("enter t",), (), colours=False),
    "below": Picture("curl-http", WIDE, ("enter j j j",), (), layout="below"),
    "stream": Picture("curl-http", (110, 30), ("enter", "f"), ("closed its side",)),
    "fields": Picture("curl-http", SMALL, ("enter g j j j", "tab tab j"), ()),
    "zoom": Picture("ten-connections", SMALL, ("tab z",), ()),
    "filter": Picture(
        "ten-connections",
        WIDE,
        ("slash c o n n . v e r d i c t space n e space quotation_mark c l o s e d quotation_mark enter j",),
        ("of 10 connections",),
    ),
    "filter-completion": Picture("curl-http", (110, 30), ("slash t c p . f l a g s .",), ("tcp.flags.syn",)),
    "search": Picture(
        "curl-http",
        WIDE,
        ("tab tab shift+tab F H o s t colon enter",),
        ("found at offset 16 of its payload",),
    ),
    "help": Picture("curl-http", WIDE, ("question_mark",), ()),
    "palette": Picture("curl-http", (110, 30), ("ctrl+p h a n d",), ("Handshake before",)),
    "open": Picture("curl-http", WIDE, ("o",), ("Bundled captures",)),
    "export": Picture(
        "curl-http", (110, 30), ("w", "enter down"), ("explained in comments", "12 frames of 1 connection")
    ),
    "damaged": Picture("tls", (110, 30), (), ("damaged",), share=0.5),
    "empty-filter": Picture("curl-http", (110, 30), (), ("selects no frame",), filter="port 1"),
}
"""All pictures by the names of their files."""
