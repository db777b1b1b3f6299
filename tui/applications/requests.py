"""HTTP (RFC 9112, RFC 9113) and the protocols that borrowed its first line: RTSP (RFC 7826) and SIP (RFC 3261)."""

import re

from tui.applications.conversation import Conversation, first_line, text_of

_REQUEST = re.compile(rb"([A-Z][A-Z_-]{1,19}) (\S{1,2000}+)(?: (HTTP|RTSP|SIP)/\d\.\d\r?\n| \S{0,8}\Z|\Z)")
"""A whole request line, or one whose end was not captured."""

_METHODS = frozenset(
    b"GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH PROPFIND PROPPATCH MKCOL COPY MOVE LOCK UNLOCK".split()
)
"""Where the line's end is missing, nothing but one of these tells HTTP from other text."""

_HOST = re.compile(rb"\nhost:[ \t]*+([^\r\n]{1,255}+)\r?\n", re.IGNORECASE)
_NUMERIC_HOST = re.compile(rb"[\d.]+(:\d+)?|\[[\da-f:.]+\](:\d+)?", re.IGNORECASE)
"""A host that only repeats the server's address."""

_ANSWER = re.compile(rb"(?:HTTP|RTSP|SIP)/\d\.\d \d\d\d[ \r\n]")
_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def request(conversation: Conversation) -> str:
    """`GET /index.html (example.org)`, `RTSP DESCRIBE rtsp://…`, `HTTP/2`.

    Where the request was not captured, the status line of the answer.
    """
    if conversation.client.startswith(_PREFACE):
        return "HTTP/2"
    found = _REQUEST.match(conversation.client)
    if found is not None and (found[3] or found[1] in _METHODS):
        line = text_of(found[1] + b" " + found[2])
        if found[3] in (b"RTSP", b"SIP"):
            return f"{text_of(found[3])} {line}"
        return line + _host(conversation.client, found[2])
    if _ANSWER.match(conversation.server):
        return text_of(first_line(conversation.server))
    return ""


def _host(data: bytes, target: bytes) -> str:
    """The Host header in brackets, where the target and the server's address don't say the same."""
    head, end, _ = data.partition(b"\r\n\r\n")
    found = _HOST.search(head + end)
    if found is None or _NUMERIC_HOST.fullmatch(found[1]) or not target.startswith(b"/"):
        return ""
    return f" ({text_of(found[1])})"
