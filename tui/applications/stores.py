"""Key-value stores: Redis (its serialization protocol RESP) and memcached (its text protocol)."""

import re

from tui.applications.conversation import Conversation, text_of

_ARRAY = re.compile(rb"\*\d{1,7}\r\n\$\d{1,9}\r\n([A-Za-z][A-Za-z.\-_]{0,31})\r\n(?:\$\d{1,9}\r\n([^\r\n]*))?")
_INLINE = re.compile(rb"([A-Za-z]{2,20}+)(?:[ \t]++([^ \t\r\n]++))?[^\r\n]*+\r?\n")
_REPLY = re.compile(rb"[+\-:$*_#,(!=%~>][^\r\n]{0,512}\r\n")

_REDIS_PORT = 6379
_REDIS_COMMANDS = frozenset(
    b"AUTH CONFIG DEL ECHO EXISTS EXPIRE GET HELLO HGET HGETALL HSET INCR INFO KEYS LPUSH LRANGE MGET MONITOR MSET"
    b" PING PUBLISH QUIT RPUSH SADD SELECT SET SUBSCRIBE TTL TYPE XADD ZADD".split()
)
"""Inline commands are plain words, so only these are taken for Redis."""

_SECRET_ARGUMENT = frozenset((b"AUTH", b"HELLO"))
"""Commands whose arguments may hold a password, which has no place in a list."""

_MEMCACHED_PORT = 11211
_MEMCACHED = re.compile(
    rb"(get|gets|gat|set|add|replace|append|prepend|cas|delete|incr|decr|touch|stats|version)"
    rb"(?: ([^ \r\n]{1,250}+))?[^\r\n]*+\r\n"
)


def redis(conversation: Conversation) -> str:
    """`Redis SET key`."""
    found = _ARRAY.match(conversation.client)
    if found is None:
        found = _INLINE.match(conversation.client)
        if found is None or found[1].upper() not in _REDIS_COMMANDS:
            return ""
        if conversation.server_port != _REDIS_PORT and not _REPLY.match(conversation.server):
            return ""
    command = found[1].upper()
    argument = b"" if command in _SECRET_ARGUMENT else found[2] or b""
    return f"Redis {text_of(command)} {text_of(argument)}".rstrip()


def memcached(conversation: Conversation) -> str:
    """`memcached get key`."""
    if conversation.server_port != _MEMCACHED_PORT:
        return ""
    found = _MEMCACHED.match(conversation.client)
    return f"memcached {text_of(found[1])} {text_of(found[2] or b'')}".rstrip() if found else ""
