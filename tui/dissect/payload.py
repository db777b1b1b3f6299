"""Bytes that no header claims: lines of text, TLS records (RFC 8446 section 5.1), or just bytes."""

from tui.dissect.nodes import LONGEST_TEXT, Node

MOST_LINES = 100
"""Lines or records that are told one by one."""

LONGEST_LINE = 4096
"""Bytes up to which text has to have ended a line, to be taken for lines of text."""

TEXT_SAMPLE = 512
"""Bytes at the beginning that have to be text."""

TLS_CONTENT = {20: "Change cipher spec", 21: "Alert", 22: "Handshake", 23: "Application data"}
TLS_HANDSHAKE = {
    1: "ClientHello",
    2: "ServerHello",
    4: "NewSessionTicket",
    8: "EncryptedExtensions",
    11: "Certificate",
    12: "ServerKeyExchange",
    13: "CertificateRequest",
    14: "ServerHelloDone",
    15: "CertificateVerify",
    16: "ClientKeyExchange",
    20: "Finished",
}
TLS_HEADER_BYTES = 5
TLS_LONGEST_RECORD = (1 << 14) + 2048


def payload_node(name: str, data: bytes, start: int | None) -> Node:
    """A node for bytes at `start` of the frame (None where that is not known), with what they seem to be below it."""
    node = Node(name, name, _size(len(data)), start, None if start is None else start + len(data))
    if start is not None and name != "Padding":
        node.children = _tls_records(data, start) or _lines(data, start)
    return node


def _size(count: int) -> str:
    return "1 byte" if count == 1 else f"{count:,} bytes"


def _lines(data: bytes, start: int) -> list[Node]:
    if not data or not _is_text(data[:TEXT_SAMPLE]):
        return []
    nodes: list[Node] = []
    at = 0
    while at < len(data) and len(nodes) < MOST_LINES:
        newline = data.find(b"\n", at, at + LONGEST_LINE)
        end = newline + 1 if newline >= 0 else len(data)
        if not _is_text(data[at : min(end, at + TEXT_SAMPLE)]):
            end = len(data)
            nodes.append(Node("Payload.rest", "Bytes", _size(end - at), start + at, start + end))
        else:
            line = data[at:end].rstrip(b"\r\n")[: 4 * LONGEST_TEXT].decode("utf-8", "replace")
            nodes.append(Node("Payload.line", "Line", line, start + at, start + end))
        at = end
    return nodes


def _is_text(data: bytes) -> bool:
    """Whether it is UTF-8 (perhaps cut short) without other controls than those of lines."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason != "unexpected end of data":
            return False
        text = data[: error.start].decode("utf-8")
    return bool(text) and all(character >= " " or character in "\t\r\n" for character in text)


def _tls_records(data: bytes, start: int) -> list[Node]:
    nodes: list[Node] = []
    at = 0
    while at + TLS_HEADER_BYTES <= len(data) and len(nodes) < MOST_LINES:
        content, major, minor = data[at], data[at + 1], data[at + 2]
        length = int.from_bytes(data[at + 3 : at + 5], "big")
        if content not in TLS_CONTENT or major != 3 or minor > 4 or not 0 < length <= TLS_LONGEST_RECORD:
            break
        end = min(at + TLS_HEADER_BYTES + length, len(data))
        nodes.append(_tls_record(data, start, at, end, length))
        at = end
    return nodes


def _tls_record(data: bytes, start: int, at: int, end: int, length: int) -> Node:
    content = data[at]
    body = at + TLS_HEADER_BYTES
    words = TLS_CONTENT[content]
    if content == 22 and body + 4 <= end and 4 + int.from_bytes(data[body + 1 : body + 4], "big") <= length:
        words = TLS_HANDSHAKE.get(data[body], words)
    partly = "" if body + length <= end else f", {end - body:,} of them here"
    fields = [
        Node("TLS.type", "Content type", f"{TLS_CONTENT[content]} ({content})", start + at, start + at + 1),
        Node("TLS.version", "Version", f"0x{data[at + 1]:02x}{data[at + 2]:02x}", start + at + 1, start + at + 3),
        Node("TLS.length", "Length", _size(length), start + at + 3, start + body),
        Node("TLS.body", "Content", _size(end - body), start + body, start + end),
    ]
    return Node("TLS", "TLS record", f"{words}, {_size(length)}{partly}", start + at, start + end, "", fields)
