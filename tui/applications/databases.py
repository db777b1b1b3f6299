"""MySQL (its protocol's initial handshake) and PostgreSQL (its startup message, protocol 3.0)."""

import re

from tui.applications.conversation import Conversation, text_of

_MYSQL_GREETING = re.compile(rb".{2}\0\0\x0a(?:5\.5\.5-)?(\d+\.\d+[\x20-\x7e]{0,60})\0", re.DOTALL)
"""Length, sequence number 0, protocol 10, version; MariaDB puts an old version before its own."""

_STARTUP = 3 << 16
_ASKS_FOR_TLS = 80877103
_ASKS_FOR_ENCRYPTION = 80877104
_CANCELS = 80877102
_MOST_PARAMETERS = 16


def mysql(conversation: Conversation) -> str:
    """`MySQL 8.0.36`."""
    found = _MYSQL_GREETING.match(conversation.server)
    return f"MySQL {text_of(found[1])}" if found else ""


def postgresql(conversation: Conversation) -> str:
    """`PostgreSQL database shop`; the user where no database is named."""
    if len(conversation.client) < 8:
        return ""
    length, code = int.from_bytes(conversation.client[:4]), int.from_bytes(conversation.client[4:8])
    if length == 8 and code in (_ASKS_FOR_TLS, _ASKS_FOR_ENCRYPTION):
        return "PostgreSQL"
    if length == 16 and code == _CANCELS:
        return "PostgreSQL cancel request"
    if code != _STARTUP or not 8 < length <= 10_000:
        return ""
    words = conversation.client[8:length].split(b"\0", 2 * _MOST_PARAMETERS)
    parameters = dict(zip(words[::2], words[1::2], strict=False))
    for name in (b"database", b"user"):
        if parameters.get(name):
            return f"PostgreSQL {text_of(name)} {text_of(parameters[name])}"
    return "PostgreSQL"
