"""What generated segments carry: one message of HTTP or TLS each, so that nobody who reads them waits for the rest."""

import numpy as np
from numpy.typing import NDArray

from tests.bench.layout import Traffic

FILLER = 0x78
"""Every byte of a message behind its head."""

HTTP_PORT = 80

HEADS = (
    b"",
    b"POST /form HTTP/1.1\r\nHost: example.org\r\nContent-Length: 0000\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 0000\r\n\r\n",
    b"\x17\x03\x03\x00\x00\x78",
)
"""How messages begin: not at all, a request, an answer (RFC 9110), a TLS record of data (RFC 8446); even lengths."""
NONE, REQUEST, ANSWER, TLS = range(4)

DIGITS = 4
"""Of the length in the heads of HTTP, which is the last that they say."""
BEHIND_DIGITS = len("\r\n\r\n")

TLS_HEADER = 5
"""Bytes, the last two of which are the length of what follows."""

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def kinds(traffic: Traffic) -> Ints:
    """Which of HEADS each segment begins with; NONE where its payload is too short for one."""
    is_http = traffic.endpoints.server_port[traffic.connection] == HTTP_PORT
    kind = np.where(is_http, np.where(traffic.from_client, REQUEST, ANSWER), TLS)
    return np.where(traffic.payload >= np.array([len(head) for head in HEADS])[kind], kind, NONE)


def heads(kind: int, payload: Ints) -> Bytes:
    """The heads of messages of one kind, `payload` bytes long as a whole: a row each."""
    head = np.tile(np.frombuffer(HEADS[kind], np.uint8), (len(payload), 1))
    if kind == TLS:
        length = payload - TLS_HEADER
        head[:, TLS_HEADER - 2], head[:, TLS_HEADER - 1] = length >> 8, length & 0xFF
    elif kind != NONE:
        for place in range(DIGITS):
            digit = (payload - len(HEADS[kind])) // 10**place % 10
            head[:, len(HEADS[kind]) - BEHIND_DIGITS - 1 - place] += digit.astype(np.uint8)
    return head
