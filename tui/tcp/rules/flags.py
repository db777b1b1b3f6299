"""TCP flag bits (RFC 9293 section 3.1, RFC 3168; AE of draft-ietf-tcpm-accurate-ecn) and how tcpdump writes them."""

from functools import cache

FIN = 0x001
SYN = 0x002
RST = 0x004
PSH = 0x008
ACK = 0x010
URG = 0x020
ECE = 0x040
CWR = 0x080

_LETTERS = ((FIN, "F"), (SYN, "S"), (RST, "R"), (PSH, "P"), (ACK, "."), (URG, "U"), (ECE, "E"), (CWR, "W"))


@cache
def letters(flags: int) -> str:
    """tcpdump's letters, such as `S`, `S.`, `P.`, `.`; `none` where no flag is set."""
    return "".join(letter for bit, letter in _LETTERS if flags & bit) or "none"
