"""The one door to the descriptions: the first that fits, made fit to be drawn."""

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

_DESCRIPTIONS = (request, tls, ssh, redis, greeting, mysql, postgresql, dns, memcached, magic)


def describe(client_bytes: bytes, server_bytes: bytes, server_port: int) -> str:
    """What a connection is for, in at most 80 characters that are fit to be drawn; empty where nothing tells.

    The bytes are the first that each side sent, as they were captured: any bytes at all will do.
    """
    conversation = Conversation(client_bytes[:BYTES_ENOUGH], server_bytes[:BYTES_ENOUGH], server_port)
    for description in _DESCRIPTIONS:
        found = description(conversation)
        if found:
            text = printable(found)
            return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return SERVICES.get(server_port, "")
