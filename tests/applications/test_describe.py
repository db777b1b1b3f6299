"""What a connection is said to be for, by the bytes that real programs send, and by any bytes at all."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.applications import BYTES_ENOUGH, describe
from tui.applications.conversation import Conversation
from tui.applications.describe import DESCRIPTIONS
from tui.text import printable


def extension(kind: int, value: bytes) -> bytes:
    return struct.pack(">HH", kind, len(value)) + value


def server_name(name: bytes) -> bytes:
    entry = struct.pack(">BH", 0, len(name)) + name
    return extension(0, struct.pack(">H", len(entry)) + entry)


def hello(kind: int, middle: bytes, extensions: bytes, version: int = 0x0303) -> bytes:
    """A TLS hello in a record of its own; `middle`: what stands between the random and the extensions."""
    body = struct.pack(">H", version) + bytes(32) + middle + struct.pack(">H", len(extensions)) + extensions
    message = struct.pack(">B", kind) + len(body).to_bytes(3) + body
    return b"\x16\x03\x01" + struct.pack(">H", len(message)) + message


def client_hello(extensions: bytes) -> bytes:
    return hello(1, b"\x20" + bytes(32) + b"\0\4\x13\1\x13\2" + b"\1\0", extensions)


NAMED = client_hello(extension(10, bytes(6)) + server_name(b"example.org") + extension(43, b"\2\3\4"))
CHOSE_1_3 = hello(2, b"\0" + b"\x13\1\0", extension(43, b"\3\4"))
CHOSE_1_2 = hello(2, b"\0" + b"\xc0\x2f\0", extension(23, b""))

GET = b"GET /index.html HTTP/1.1\r\nHost: example.org\r\nUser-Agent: curl/7.88.1\r\n\r\n"
BINARY_DNS = b"\0\x1d" + bytes(4) + b"\0\1" + bytes(6) + b"\7example\3org\0\0\xfc\0\1"
STARTUP = b"\0\3\0\0user\0app\0database\0shop\0\0"
MYSQL = b"\x4a\0\0\0\x0a8.0.36-0ubuntu\0" + bytes(40)
MARIADB = b"\x4a\0\0\0\x0a5.5.5-10.11.6-MariaDB\0" + bytes(40)

KNOWN = [
    (GET, b"HTTP/1.1 200 OK\r\n", 80, "GET /index.html (example.org)"),
    (b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n", b"", 8080, "GET /"),
    (b"GET / HTTP/1.1\r\nhost: [::1]:80\r\n\r\n", b"", 80, "GET /"),
    (b"GET / HTTP/1.0\r\n\r\nHost: not.a.header\r\n", b"", 80, "GET /"),
    (b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n", b"", 3128, "CONNECT example.org:443"),
    (b"PURGE /x HTTP/1.1\r\n\r\n", b"", 9999, "PURGE /x"),
    (b"GET /cut", b"", 9999, "GET /cut"),
    (b"HELLO /there", b"", 9999, ""),
    (b"", b"HTTP/1.1 404 Not Found\r\nServer: x\r\n", 9999, "HTTP/1.1 404 Not Found"),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(30), b"", 80, "HTTP/2"),
    (b"DESCRIBE rtsp://cam/1 RTSP/1.0\r\n", b"", 554, "RTSP DESCRIBE rtsp://cam/1"),
    (b"INVITE sip:bob@example.org SIP/2.0\r\n", b"", 5060, "SIP INVITE sip:bob@example.org"),
    (NAMED, b"", 443, "TLS example.org"),
    (NAMED, CHOSE_1_3, 443, "TLS 1.3 example.org"),
    (NAMED, CHOSE_1_2, 443, "TLS 1.2 example.org"),
    (client_hello(extension(10, bytes(6))), CHOSE_1_2, 443, "TLS 1.2"),
    (client_hello(server_name(b"example.org") + extension(21, bytes(900)))[:200], b"", 443, "TLS example.org"),
    (client_hello(extension(21, bytes(900)) + server_name(b"example.org"))[:200], b"", 443, "TLS"),
    (b"", CHOSE_1_3, 443, "TLS 1.3"),
    (b"PING\n", b"+PONG\r\n", 6379, "Redis PING"),
    (b"PING\r\n", b"+PONG\r\n", 7000, "Redis PING"),
    (b"PING\r\n", b"hello\r\n", 7000, ""),
    (b"*3\r\n$3\r\nset\r\n$3\r\nkey\r\n$1\r\nv\r\n", b"", 7000, "Redis SET key"),
    (b"*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n", b"", 6379, "Redis AUTH"),
    (b"*1\r\n$4\r\nPING\r\n", b"", 6379, "Redis PING"),
    (b"get user:1\r\n", b"END\r\n", 11211, "memcached get user:1"),
    (b"SSH-2.0-OpenSSH_9.2p1\r\n", b"SSH-2.0-OpenSSH_9.6 Ubuntu\r\n\0\0", 22, "SSH-2.0-OpenSSH_9.6 Ubuntu"),
    (b"SSH-2.0-OpenSSH_9.2p1\r\n", b"", 2222, "SSH-2.0-OpenSSH_9.2p1"),
    (b"", b"220 mail.example.org ESMTP Postfix\r\n", 2525, "SMTP mail.example.org ESMTP Postfix"),
    (b"EHLO me\r\n", b"220 ready\r\n", 9999, "SMTP ready"),
    (b"", b"220 (vsFTPd 3.0.3)\r\n", 21, "FTP (vsFTPd 3.0.3)"),
    (b"", b"+OK Dovecot ready.\r\n", 110, "POP3 Dovecot ready."),
    (b"", b"+OK\r\n", 6379, "Redis"),
    (b"", b"* OK [CAPABILITY IMAP4rev1] ready\r\n", 143, "IMAP [CAPABILITY IMAP4rev1] ready"),
    (b"", MYSQL, 3306, "MySQL 8.0.36-0ubuntu"),
    (b"", MARIADB, 3307, "MySQL 10.11.6-MariaDB"),
    (struct.pack(">I", len(STARTUP) + 4) + STARTUP, b"", 5432, "PostgreSQL database shop"),
    (struct.pack(">II", 8, 80877103), b"N", 5433, "PostgreSQL"),
    (BINARY_DNS, b"", 53, "DNS AXFR example.org"),
    (b"", b"RFB 003.008\n", 5901, "VNC"),
    (b"\x10\x20\0\4MQTT\4", b"", 9999, "MQTT"),
    (b"hello\n", b"hello\n", 7, ""),
    (b"", b"", 443, "HTTPS"),
    (b"", b"", 49152, ""),
]


@pytest.mark.parametrize(("client", "server", "port", "expected"), KNOWN)
def test_what_programs_send(client: bytes, server: bytes, port: int, expected: str) -> None:
    assert describe(client, server, port) == expected


def test_what_the_wire_says_can_not_steer_the_terminal() -> None:
    assert describe(b"GET /\x1b[2J HTTP/1.1\r\n\r\n", b"", 80) == "GET /␛[2J"


def test_a_long_description_is_cut_with_a_sign() -> None:
    found = describe(b"GET /" + b"a" * 500 + b" HTTP/1.1\r\n\r\n", b"", 80)
    assert len(found) == 80
    assert found.endswith("a…")


PARTS = st.sampled_from([part for known in KNOWN for part in known[:2]])
CUT_AND_CHANGED = st.builds(
    lambda part, cut, at, byte: (part[:at] + byte + part[at + 1 :])[:cut],
    PARTS,
    st.integers(0, 300),
    st.integers(0, 200),
    st.binary(max_size=2),
)
HOSTILE = st.one_of(st.binary(max_size=300), CUT_AND_CHANGED)


@given(HOSTILE, HOSTILE, st.sampled_from([port for *_, port, _ in KNOWN]))
def test_any_bytes_give_one_short_line(client: bytes, server: bytes, port: int) -> None:
    found = describe(client, server, port)
    assert len(found) <= 80
    assert printable(found) == found


@given(HOSTILE, HOSTILE, st.sampled_from([port for *_, port, _ in KNOWN]))
def test_what_a_protocol_begins_with_hides_none_of_it(client: bytes, server: bytes, port: int) -> None:
    for known in DESCRIPTIONS:
        if known.describe(Conversation(client, server, port)):
            assert known.client_starts.intersection(client[:1]) or known.server_starts.intersection(server[:1])


@pytest.mark.parametrize(
    "start", [b"GET ", b"PING ", b"*1\r\n$4\r\nPING", b"GET / HTTP/1.1\r\nHost: ", b"get ", b"220 "]
)
@pytest.mark.parametrize("rest", [b" ", b"a", b"\r\n", b" a", b"\t", b"$1\r\n"])
def test_no_bytes_take_long(start: bytes, rest: bytes) -> None:
    data = (start + rest * BYTES_ENOUGH)[: 2 * BYTES_ENOUGH]
    began = time.process_time()
    for _ in range(20):
        describe(data, data, 6379)
        describe(data, data, 11211)
    assert (time.process_time() - began) / 40 < 0.002
