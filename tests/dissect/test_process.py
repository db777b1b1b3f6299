"""The dissector process on its own: what it says about real frames, and what it can't do."""

import base64
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui.dissection import COMMAND
from tui.files.source import open_capture

TOP = Path(__file__).parents[2]
HTTP = str(TOP / "captures/curl-http.pcap")
Node = dict[str, Any]


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert started.stdout is not None
    assert json.loads(started.stdout.readline()) == {"ready": True}
    yield started
    started.communicate()
    assert started.returncode == 0, "it ends with its input"


def layers(process: subprocess.Popen[bytes], link_type: int, data: bytes) -> list[Node]:
    assert process.stdin is not None
    assert process.stdout is not None
    request = {"id": 7, "link_type": link_type, "data": base64.b64encode(data).decode()}
    process.stdin.write(json.dumps(request).encode() + b"\n")
    process.stdin.flush()
    answer = json.loads(process.stdout.readline())
    assert answer["id"] == 7
    found: list[Node] = answer["layers"]
    return found


def frames(path: str) -> list[tuple[int, bytes]]:
    with open_capture(path) as capture:
        return [
            (capture.interfaces[interface].link_type, capture.read_at(offset, captured))
            for batch in capture.batches()
            for interface, offset, captured in zip(
                batch.interface.tolist(), batch.offset.tolist(), batch.captured.tolist(), strict=True
            )
        ]


def told(nodes: list[Node]) -> dict[str, tuple[str, int, int]]:
    """Value and bytes of each node by its key; the first of those that are alike."""
    found: dict[str, tuple[str, int, int]] = {}
    for node in nodes:
        found.setdefault(node["key"], (node["value"], node["start"], node["end"]))
        for key, value in told(node["children"]).items():
            found.setdefault(key, value)
    return found


def assert_within(nodes: list[Node], start: int, end: int) -> None:
    """Every node lies in the one it belongs to."""
    for node in nodes:
        if node["start"] is not None:
            assert start <= node["start"] <= node["end"] <= end, node
            assert_within(node["children"], node["start"], node["end"])


def test_a_syn_field_by_field(process: subprocess.Popen[bytes]) -> None:
    link_type, data = frames(HTTP)[0]
    fields = told(layers(process, link_type, data))
    assert fields["IP.src"] == ("127.0.0.1", 26, 30)
    assert fields["TCP"] == ("43420 → 8080  SYN", 34, 74)
    assert fields["TCP.seq"] == (str(int.from_bytes(data[38:42], "big")), 38, 42)
    assert fields["TCP.dataofs"] == ("40 bytes", 46, 47)
    assert fields["TCP.flags"] == ("SYN", 46, 48)
    options = next(node for node in layers(process, link_type, data)[2]["children"] if node["key"] == "TCP.options")
    assert [(option["name"], option["start"], option["end"]) for option in options["children"]] == [
        ("Maximum segment size", 54, 58),
        ("SACK permitted", 58, 60),
        ("Timestamps", 60, 70),
        ("No operation", 70, 71),
        ("Window scale", 71, 74),
    ]


def test_bits_are_told_where_fields_share_bytes(process: subprocess.Popen[bytes]) -> None:
    tcp = layers(process, *frames(HTTP)[0])[2]
    assert {node["key"]: node["bits"] for node in tcp["children"] if node["bits"]} == {
        "TCP.dataofs": "bits 0–3",
        "TCP.reserved": "bits 4–6",
        "TCP.flags": "bits 7–15",
    }


def test_a_payload_of_text_is_told_line_by_line(process: subprocess.Popen[bytes]) -> None:
    link_type, data = frames(HTTP)[3]
    payload = layers(process, link_type, data)[-1]
    assert (payload["name"], payload["value"], payload["end"]) == ("Payload", "78 bytes", len(data))
    assert payload["children"][0]["value"] == "GET / HTTP/1.1"
    for line in payload["children"]:
        assert data[line["start"] : line["end"]] == line["value"].encode() + b"\r\n"


def test_tls_records_are_told_apart(process: subprocess.Popen[bytes]) -> None:
    link_type, data = frames(HTTP)[3]
    hello = bytes.fromhex("16030100090100000503030000ff") + bytes.fromhex("140303000101") + b"\x17\x03\x03\x01\x00abc"
    records = layers(process, link_type, data[:66] + hello)[-1]["children"]
    assert [record["value"] for record in records] == [
        "ClientHello, 9 bytes",
        "Change cipher spec, 1 byte",
        "Application data, 256 bytes, 3 of them here",
    ]


def test_compressed_names_of_dns_have_their_bytes(process: subprocess.Popen[bytes]) -> None:
    address = bytes.fromhex("c00c 0001 0001 0000003c 0004 c0000201")
    message = bytes.fromhex("1234 8180 0001 0001 0000 0000") + b"\x01a\x02de\x00" + b"\x00\x01\x00\x01" + address
    udp = (53).to_bytes(2, "big") + (4000).to_bytes(2, "big") + (8 + len(message)).to_bytes(2, "big") + b"\0\0"
    ip = (
        bytes.fromhex("4500")
        + (28 + len(message)).to_bytes(2, "big")
        + bytes.fromhex("0000000040110000c0000201c0000202")
    )
    fields = told(layers(process, 101, ip + udp + message))
    assert fields["DNSRR.rrname"][0] == "a.de."
    assert fields["DNSRR.rdata"] == ("192.0.2.1", 28 + len(message) - 4, 28 + len(message))


@pytest.mark.parametrize("link_type", [0, 9, 12, 50, 51, 101, 108, 113, 228, 229, 276])
def test_a_cut_frame_of_any_link_type_is_answered(process: subprocess.Popen[bytes], link_type: int) -> None:
    data = frames(HTTP)[3][1]
    for length in (0, 1, 3, 17, len(data)):
        assert_within(layers(process, link_type, data[:length]), 0, length)


def test_an_unknown_link_type_is_bytes(process: subprocess.Popen[bytes]) -> None:
    assert [(node["name"], node["value"]) for node in layers(process, 9999, b"abcd")] == [("Bytes", "4 bytes")]


def test_damaged_frames_are_answered_within_their_bytes(process: subprocess.Popen[bytes]) -> None:
    noise = random.Random(3)
    originals = [data for _, data in frames(HTTP)]
    for _ in range(300):
        damaged = bytearray(noise.choice(originals))
        for _ in range(noise.randint(1, 8)):
            damaged[noise.randrange(12, len(damaged))] = noise.randrange(256)
        assert_within(layers(process, 1, bytes(damaged)), 0, len(damaged))


def test_a_frame_with_thousands_of_fields_is_told_in_part(process: subprocess.Popen[bytes]) -> None:
    link_type, data = frames(HTTP)[3]
    large = layers(process, link_type, data[:66] + b"x\r\n" * 20_000)
    assert sum(1 for _ in walk(large)) <= 2000


def walk(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from walk(node["children"])


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() != 0, reason="needs to be root on Linux")
def test_it_keeps_nothing_of_root(process: subprocess.Popen[bytes]) -> None:
    status = Path(f"/proc/{process.pid}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    assert "0" not in fields["Uid"].split()
    assert int(fields["CapEff"], 16) == int(fields["CapPrm"], 16) == 0
    assert "Max open files            0" in Path(f"/proc/{process.pid}/limits").read_text()
