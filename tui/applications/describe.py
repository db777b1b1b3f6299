"""The one door to the descriptions: the first that fits, made fit to be drawn."""

import string
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from tui.applications.conversation import Conversation
from tui.applications.databases import mysql, postgresql
from tui.applications.dns import dns
from tui.applications.greetings import greeting, magic, ssh
from tui.applications.requests import request
from tui.applications.services import SERVICES
from tui.applications.stores import memcached, redis
from tui.applications.tls import tls
from tui.text import printable

BYTES_ENOUGH = 2048
"""Bytes of each side that are looked at."""

LONGEST = 80
"""Characters of a description."""

_UPPER = frozenset(string.ascii_uppercase.encode())
_LETTERS = frozenset(string.ascii_letters.encode())
_ANY = frozenset(range(256))
_NOTHING: frozenset[int] = frozenset()


class Description(NamedTuple):
    """How one protocol, or several that are alike, are described."""

    describe: Callable[[Conversation], str]
    """Empty where it is another protocol."""
    client_starts: frozenset[int]
    """First bytes of a client by which it may be told."""
    server_starts: frozenset[int]
    """The same of a server."""


DESCRIPTIONS = (
    Description(request, _UPPER, frozenset(b"HRS")),
    Description(tls, frozenset(b"\x16"), frozenset(b"\x16")),
    Description(ssh, frozenset(b"S"), frozenset(b"S")),
    Description(redis, _LETTERS | frozenset(b"*"), _NOTHING),
    Description(greeting, _NOTHING, frozenset(b"2+*")),
    Description(mysql, _NOTHING, _ANY),
    Description(postgresql, frozenset(b"\0"), _NOTHING),
    Description(dns, _ANY, _NOTHING),
    Description(memcached, _LETTERS, _NOTHING),
    Description(magic, _ANY, frozenset(b"R@")),
)
"""All there are; the first that fits is right."""


@lru_cache(maxsize=4096)
def _possible(client_start: bytes, server_start: bytes) -> tuple[Callable[[Conversation], str], ...]:
    """The descriptions that may fit where these are the first bytes of both sides; empty where a side sent none."""
    return tuple(
        known.describe
        for known in DESCRIPTIONS
        if known.client_starts.intersection(client_start) or known.server_starts.intersection(server_start)
    )


def describe(client_bytes: bytes, server_bytes: bytes, server_port: int) -> str:
    """What a connection is for, in at most 80 characters that are fit to be drawn; empty where nothing tells.

    The bytes are the first that each side sent, as they were captured: any bytes at all will do.
    """
    conversation = Conversation(client_bytes[:BYTES_ENOUGH], server_bytes[:BYTES_ENOUGH], server_port)
    for description in _possible(client_bytes[:1], server_bytes[:1]):
        found = description(conversation)
        if found:
            text = printable(found)
            return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return SERVICES.get(server_port, "")
