"""TLS (RFC 8446, RFC 6066): the server name that the client asks for, and the version that the server chooses."""

from collections.abc import Iterator

from tui.applications.conversation import Conversation, text_of
from tui.applications.cursor import Cursor, TooShortError

_HANDSHAKE = 22
_CLIENT_HELLO = 1
_SERVER_HELLO = 2
_SERVER_NAME = 0
_SUPPORTED_VERSIONS = 43

_VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}


def tls(conversation: Conversation) -> str:
    """`TLS 1.3 example.org`, as far as it is known."""
    client = _is_hello(conversation.client, _CLIENT_HELLO)
    server = _is_hello(conversation.server, _SERVER_HELLO)
    if not client and not server:
        return ""
    version = _version(conversation.server) if server else ""
    name = _server_name(conversation.client) if client else ""
    return f"{version or 'TLS'} {name}".rstrip()


def _is_hello(data: bytes, kind: int) -> bool:
    return len(data) >= 6 and data[0] == _HANDSHAKE and data[1] == 3 and data[2] <= 4 and data[5] == kind


def _server_name(hello: bytes) -> str:
    for kind, value in _extensions(hello, is_client=True):
        if kind == _SERVER_NAME:
            try:
                names = Cursor(Cursor(value).rest_of_vector(2))
                names.number(1)
                return text_of(names.vector(2))
            except TooShortError:
                return ""
    return ""


def _version(hello: bytes) -> str:
    legacy = int.from_bytes(hello[9:11])
    for kind, value in _extensions(hello, is_client=False):
        if kind == _SUPPORTED_VERSIONS:
            legacy = int.from_bytes(value)
    return _VERSIONS.get(legacy, "")


def _extensions(hello: bytes, *, is_client: bool) -> Iterator[tuple[int, bytes]]:
    """The extensions of a hello's first record, as far as they were captured whole."""
    try:
        hello = Cursor(hello[3:]).rest_of_vector(2)
        fields = Cursor(hello[4:])
        fields.take(34)  # version and random
        fields.vector(1)  # session
        if is_client:
            fields.vector(2)  # cipher suites
            fields.vector(1)  # compression methods
        else:
            fields.take(3)
        extensions = Cursor(fields.rest_of_vector(2))
        while extensions:
            kind = extensions.number(2)
            yield kind, extensions.vector(2)
    except TooShortError:
        return
