"""Protocols that say their name at once: a banner, a greeting, or a magic number."""

import re
from typing import NamedTuple

from tui.applications.conversation import Conversation, first_line, text_of


def ssh(conversation: Conversation) -> str:
    """The server's identification (RFC 4253 section 4.2), else the client's: `SSH-2.0-OpenSSH_9.2p1`."""
    for data in (conversation.server, conversation.client):
        if data.startswith(b"SSH-"):
            return text_of(first_line(data))
    return ""


class _Greeting(NamedTuple):
    """A protocol in which the server speaks first, in lines of text."""

    name: str
    ports: tuple[int, ...]
    start: bytes
    """Of the server's first line."""
    word: bytes
    """In the server's first line, in upper case, where the port tells nothing."""
    commands: tuple[bytes, ...]
    """What the client may begin with."""


_GREETINGS = (
    _Greeting("SMTP", (25, 587, 465, 2525), b"220", b"SMTP", (b"EHLO ", b"HELO ", b"LHLO ")),
    _Greeting("FTP", (21, 990), b"220", b"FTP", (b"USER ", b"AUTH TLS", b"FEAT")),
    _Greeting("POP3", (110, 995), b"+OK ", b"POP3", (b"CAPA", b"APOP ", b"STLS")),
    _Greeting("IMAP", (143, 993), b"* OK", b"IMAP", ()),
    _Greeting("NNTP", (119, 563), b"20", b"NNTP", (b"MODE READER",)),
)


def greeting(conversation: Conversation) -> str:
    """`SMTP mail.example.org ESMTP Postfix`: the protocol and what the server says of itself."""
    line = first_line(conversation.server)
    for kind in _GREETINGS:
        if not line.startswith(kind.start):
            continue
        by_client = conversation.client.upper().startswith(kind.commands) if kind.commands else False
        if by_client or conversation.server_port in kind.ports or kind.word in line.upper():
            words = text_of(line[len(kind.start) :]).lstrip("-0123456789 ")
            return f"{kind.name} {words}".rstrip()
    return ""


_OF_CLIENT = re.compile(
    rb"(?P<AMQP>AMQP\x00)|(?P<MQTT>.{2,3}\x00\x04MQTT)|(?P<BitTorrent>\x13BitTorrent protocol)"
    rb"|(?P<SMB>.{4}[\xff\xfe]SMB)|(?P<RDP>\x03\x00\x00\x13\x0e\xe0)|(?P<BGP>\xff{16})"
    rb"|(?P<Git>.{4}git-(?:upload|receive)-pack )"
    rb"|(?P<XMPP><\?xml version='1\.0'\?><stream:stream)",
    re.DOTALL,
)
"""What clients begin with, by the protocols' names."""

_OF_SERVER = re.compile(rb"(?P<VNC>RFB 00)|(?P<rsync>@RSYNCD: )")
"""What servers begin with."""


def magic(conversation: Conversation) -> str:
    """The name of a protocol that is told by fixed bytes."""
    found = _OF_CLIENT.match(conversation.client) or _OF_SERVER.match(conversation.server)
    return found.lastgroup or "" if found else ""
