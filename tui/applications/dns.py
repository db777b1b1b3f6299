"""DNS over TCP (RFC 1035 section 4.2.2): the question."""

from tui.applications.conversation import Conversation, text_of
from tui.applications.cursor import Cursor, TooShortError

_PORTS = (53, 5353)
_COMMON_TYPES = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 43: "DS"}
_TYPES = _COMMON_TYPES | {48: "DNSKEY", 64: "SVCB", 65: "HTTPS", 251: "IXFR", 252: "AXFR", 255: "ANY", 257: "CAA"}
_MOST_LABELS = 128


def dns(conversation: Conversation) -> str:
    """`DNS AXFR example.org`."""
    if conversation.server_port not in _PORTS:
        return ""
    try:
        message = Cursor(Cursor(conversation.client).rest_of_vector(2))
        message.take(4)
        if message.number(2) != 1:
            return ""
        message.take(6)
        labels: list[str] = []
        while len(labels) < _MOST_LABELS and (length := message.number(1)):
            labels.append(text_of(message.take(length)))
        kind = message.number(2)
    except TooShortError:
        return ""
    return f"DNS {_TYPES.get(kind, f'type {kind}')} {'.'.join(labels) or '.'}"
