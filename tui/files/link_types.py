"""Link types (LINKTYPE_ numbers) as the list at https://www.tcpdump.org/linktypes.html assigns them."""

NULL = 0
"""BSD loopback: a four-byte address family in the byte order of the capturing host."""
ETHERNET = 1
PPP = 9
"""PPP, with or without the address and control bytes of RFC 1662."""
RAW_BSD = 12
"""Raw IP under the number that most systems use for it internally."""
RAW_OPENBSD = 14
"""Raw IP under the number that OpenBSD uses for it internally."""
PPP_HDLC = 50
"""PPP in HDLC-like framing (RFC 1662), or Cisco's HDLC."""
PPP_ETHER = 51
"""A PPPoE session packet (RFC 2516) without the Ethernet header."""
RAW = 101
"""An IPv4 or IPv6 packet."""
C_HDLC = 104
"""Cisco's PPP with HDLC framing."""
LOOP = 108
"""OpenBSD loopback: a four-byte address family in network byte order."""
LINUX_SLL = 113
"""Linux cooked capture, version 1."""
IPV4 = 228
IPV6 = 229
LINUX_SLL2 = 276
"""Linux cooked capture, version 2."""

LINK_NAMES = {
    NULL: "BSD loopback",
    ETHERNET: "Ethernet",
    6: "Token Ring",
    7: "ARCNET",
    8: "SLIP",
    PPP: "PPP",
    10: "FDDI",
    RAW_BSD: "raw IP",
    RAW_OPENBSD: "raw IP",
    PPP_HDLC: "PPP over HDLC",
    PPP_ETHER: "PPPoE",
    100: "LLC over ATM",
    RAW: "raw IP",
    C_HDLC: "Cisco HDLC",
    105: "IEEE 802.11",
    107: "Frame Relay",
    LOOP: "OpenBSD loopback",
    LINUX_SLL: "Linux cooked v1",
    117: "OpenBSD pflog",
    119: "IEEE 802.11 with Prism header",
    122: "IP over Fibre Channel",
    127: "IEEE 802.11 with radiotap",
    129: "Linux ARCNET",
    138: "IP over IEEE 1394",
    140: "MTP2",
    143: "DOCSIS",
    187: "Bluetooth HCI",
    189: "Linux USB",
    192: "PPI",
    195: "IEEE 802.15.4",
    197: "ERF",
    201: "Bluetooth HCI with direction",
    220: "Linux USB, padded",
    227: "SocketCAN",
    IPV4: "raw IPv4",
    IPV6: "raw IPv6",
    231: "D-Bus",
    239: "NFLOG",
    240: "NetAnalyzer",
    242: "IP over InfiniBand",
    249: "USBPcap",
    251: "Bluetooth LE",
    253: "Linux netlink",
    258: "Apple PKTAP",
    LINUX_SLL2: "Linux cooked v2",
}
"""How link types are called on the screen."""


def link_name(number: int) -> str:
    """The name of a link type, `link type 281` where it has none here."""
    return LINK_NAMES.get(number, f"link type {number}")
