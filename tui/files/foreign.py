"""Formats that are often taken for captures: told by their first bytes, so that a refusal can say what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ForeignFormat:
    """A format that is not read."""

    magic: bytes
    name: str
    advice: str


CONVERT = "convert it first: editcap -F pcap IN OUT"
UNPACK = "unpack it first"

FOREIGN_FORMATS = (
    ForeignFormat(b"snoop\0\0\0", "a Solaris snoop file", CONVERT),
    ForeignFormat(b"btsnoop\0", "a Bluetooth btsnoop file", CONVERT),
    ForeignFormat(b"GMBU", "a Microsoft Network Monitor file", CONVERT),
    ForeignFormat(b"RTSS", "a Microsoft Network Monitor file", CONVERT),
    ForeignFormat(b"TRSNIFF data", "a Sniffer file", CONVERT),
    ForeignFormat(b"XCP\0", "a NetXRay or Windows Sniffer file", CONVERT),
    ForeignFormat(b"iptrace 1.0", "an AIX iptrace file", CONVERT),
    ForeignFormat(b"iptrace 2.0", "an AIX iptrace file", CONVERT),
    ForeignFormat(b"\x05VNF", "a Network Instruments Observer file", CONVERT),
    ForeignFormat(b"ObserverPktBuffe", "a Network Instruments Observer file", CONVERT),
    ForeignFormat(b"PK\x03\x04", "a zip archive", UNPACK),
    ForeignFormat(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    ForeignFormat(b"\x04\x22\x4d\x18", "compressed with lz4", UNPACK),
    ForeignFormat(b"LZIP", "compressed with lzip", UNPACK),
    ForeignFormat(b"\x1f\x9d", "compressed with compress", UNPACK),
)
"""Magic numbers as the formats' own descriptions, and Wireshark's for those that have none, give them."""


def foreign_format(head: bytes) -> ForeignFormat | None:
    """The format of a file that begins with `head`, as far as it is one of the table."""
    return next((known for known in FOREIGN_FORMATS if head.startswith(known.magic)), None)
