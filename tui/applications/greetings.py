"""Protocols that say their name at once: a banner, a greeting, or a magic number."""

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


class _Magic(NamedTuple):
    """Bytes that tell a protocol."""

    name: str
    by_client: bool
    offset: int
    bytes: bytes


_MAGICS = (
    _Magic("VNC", False, 0, b"RFB 00"),
    _Magic("AMQP", True, 0, b"AMQP\0"),
    _Magic("MQTT", True, 2, b"\0\4MQTT"),
    _Magic("MQTT", True, 3, b"\0\4MQTT"),
    _Magic("BitTorrent", True, 0, b"\x13BitTorrent protocol"),
    _Magic("SMB", True, 4, b"\xffSMB"),
    _Magic("SMB", True, 4, b"\xfeSMB"),
    _Magic("RDP", True, 0, b"\3\0\0\x13\x0e\xe0"),
    _Magic("BGP", True, 0, b"\xff" * 16),
    _Magic("Git", True, 4, b"git-upload-pack "),
    _Magic("Git", True, 4, b"git-receive-pack "),
    _Magic("rsync", False, 0, b"@RSYNCD: "),
    _Magic("XMPP", True, 0, b"<?xml version='1.0'?><stream:stream"),
)


def magic(conversation: Conversation) -> str:
    """The name of a protocol that is told by fixed bytes."""
    client, server, _ = conversation
    for name, by_client, offset, expected in _MAGICS:
        if (client if by_client else server).startswith(expected, offset):
            return name
    return ""
