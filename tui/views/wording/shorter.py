"""Shorter names of states and roles, for where there is little room."""

SHORT_STATES = {"SYN-RECEIVED": "SYN-RCVD", "ESTABLISHED": "ESTAB"}
"""Shorter names of the states that need them, as the figure of RFC 9293 (section 3.3.2) and ss(8) write them."""

SHORT_ROLES = {
    " + ": "+",
    "simultaneous": "sim.",
    "retransmissions": "retrans.",
    "retransmission": "retrans.",
    "duplicate": "dup.",
    "zero-window": "zero-win.",
    "zero window": "zero win.",
    "spurious retrans.": "spurious",
    **{f"handshake {step}/3": f"{step}/3" for step in (1, 2, 3)},
    **{f"teardown {step}/4": f"{step}/4" for step in (1, 2, 3, 4)},
}
"""Words of roles and notes that have a shorter form, in the order in which they give way."""


def short_state(text: str, width: int) -> str:
    """A state by its shorter name."""
    for name, short in SHORT_STATES.items():
        if len(text) > width:
            text = text.replace(name, short)
    return text


def short_role(text: str, width: int) -> str:
    """Roles and notes with as many shorter words as they need."""
    for words, short in SHORT_ROLES.items():
        if len(text) > width:
            text = text.replace(words, short)
    return text
