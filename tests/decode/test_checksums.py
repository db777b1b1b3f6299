"""What is told of TCP checksums: left to the network card, bad, or nothing."""

import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decode.packets import (
    DESTINATION4,
    DESTINATION6,
    SOURCE4,
    SOURCE6,
    assert_equal,
    batch_of,
    decode,
    ethernet,
    extension,
    gre,
    interfaces,
    ipv4,
    ipv6,
    tcp,
)
from tui.decode.batch import decode_batch, decode_by_walking
from tui.decode.checksums import sums_of_words
from tui.decode.columns import CHECKSUM_BAD, CHECKSUM_OFFLOADED, CHECKSUM_UNKNOWN

ADDRESSES = {
    4: struct.pack(">II", SOURCE4, DESTINATION4),
    6: struct.pack(">4Q", *SOURCE6, *DESTINATION6),
}
PAYLOAD = b"a payload of an odd length"[:25]

FRAMES = {
    4: lambda segment: ethernet(0x0800, ipv4(segment)),
    6: lambda segment: ethernet(0x86DD, ipv6(segment)),
}
families = pytest.mark.parametrize("family", [4, 6])


def ones_complement_sum(content: bytes) -> int:
    """RFC 1071, word by word."""
    total = 0
    for at in range(0, len(content), 2):
        total += int.from_bytes(content[at : at + 2].ljust(2, b"\0"), "big")
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo_header(family: int, length: int) -> bytes:
    return ADDRESSES[family] + struct.pack(">II", length, 6)


def with_checksum(segment: bytes, checksum: int) -> bytes:
    return segment[:16] + checksum.to_bytes(2, "big") + segment[18:]


def right(segment: bytes, family: int) -> bytes:
    """The segment with the checksum that it should have."""
    blank = with_checksum(segment, 0)
    return with_checksum(segment, ~ones_complement_sum(pseudo_header(family, len(segment)) + blank) & 0xFFFF)


def offloaded(segment: bytes, family: int) -> bytes:
    """The segment as a host leaves it to its network card."""
    return with_checksum(segment, ones_complement_sum(pseudo_header(family, len(segment))))


def damaged(segment: bytes, family: int) -> bytes:
    whole = right(segment, family)
    return whole[:-1] + bytes([whole[-1] ^ 0x10])


@given(st.lists(st.tuples(st.integers(0, 9), st.binary(min_size=4, max_size=40)), min_size=1, max_size=12))
def test_sums_of_words(pieces: list[tuple[int, bytes]]) -> None:
    """Of ranges that begin and end anywhere in a word."""
    data = b"".join(b"\xee" * gap + content for gap, content in pieces) + b"\xee" * 8
    ends = np.cumsum([gap + len(content) for gap, content in pieces])
    begins = ends - [len(content) for _, content in pieces]
    sums = sums_of_words(np.frombuffer(data, np.uint8), begins, ends)
    assert [int(total) % 0xFFFF for total in sums] == [ones_complement_sum(content) % 0xFFFF for _, content in pieces]


@families
def test_each_state(family: int) -> None:
    """Of segments of all lengths, wherever in a word they lie; the fast way and the walk agree."""
    makers = {CHECKSUM_UNKNOWN: right, CHECKSUM_OFFLOADED: offloaded, CHECKSUM_BAD: damaged}
    made = [
        (state, FRAMES[family](make(tcp(PAYLOAD[:length], options=bytes(4)), family)))
        for length in range(len(PAYLOAD))
        for state, make in makers.items()
    ]
    batch = batch_of([frame for _, frame in made])
    decoded = decode_batch(batch, interfaces(1))
    assert_equal(decoded, decode_by_walking(batch, interfaces(1)))
    assert decoded.checksum_state.tolist() == [state for state, _ in made]


@families
def test_a_checksum_that_happens_to_be_the_pseudo_headers_sum_is_right(family: int) -> None:
    segment = tcp(PAYLOAD[:24])
    pseudo = ones_complement_sum(pseudo_header(family, len(segment)))
    blank = with_checksum(segment, 0)
    rest = ones_complement_sum(pseudo_header(family, len(segment)) + blank[:-2])
    last_word = -(pseudo + rest) % 0xFFFF
    segment = right(blank[:-2] + last_word.to_bytes(2, "big"), family)
    assert segment == offloaded(segment, family)
    assert decode(FRAMES[family](segment)).checksum_state[0] == CHECKSUM_UNKNOWN


def test_a_card_that_cuts_segments_gets_the_sum_without_the_length() -> None:
    segment = with_checksum(tcp(PAYLOAD * 90), ones_complement_sum(pseudo_header(4, 0)))
    assert decode(FRAMES[4](segment)).checksum_state[0] == CHECKSUM_OFFLOADED


def test_ethernet_padding_is_no_part_of_the_segment() -> None:
    frame = FRAMES[4](right(tcp(), 4)) + b"\x55" * 6
    assert decode(frame).checksum_state[0] == CHECKSUM_UNKNOWN


@pytest.mark.parametrize("cut", [1, 20, 25])
def test_of_a_cut_segment_only_the_pseudo_headers_sum_is_told(cut: int) -> None:
    states = {}
    for make in (right, offloaded, damaged):
        frame = FRAMES[4](make(tcp(PAYLOAD), 4))
        states[make] = decode(frame[:-cut], wire=len(frame)).checksum_state[0]
    assert states == {right: CHECKSUM_UNKNOWN, offloaded: CHECKSUM_OFFLOADED, damaged: CHECKSUM_UNKNOWN}


@pytest.mark.parametrize("make", [right, offloaded, damaged])
def test_of_a_fragment_nothing_is_told(make: Callable[[bytes, int], bytes]) -> None:
    assert decode(ethernet(0x0800, ipv4(make(tcp(PAYLOAD), 4), fragment=0x2000))).checksum_state[0] == CHECKSUM_UNKNOWN


def test_addresses_that_may_not_be_the_last_ones_prove_nothing_bad() -> None:
    for frame in (
        ethernet(0x0800, ipv4(damaged(tcp(PAYLOAD), 4), options=bytes(4))),
        ethernet(0x86DD, ipv6(extension(6, damaged(tcp(PAYLOAD), 6)), 43)),
    ):
        assert decode(frame).checksum_state[0] == CHECKSUM_UNKNOWN


def test_a_length_that_the_ip_header_does_not_say_proves_nothing_bad() -> None:
    """A segment that a network card is to cut may have an IP length of 0."""
    for make, state in ((damaged, CHECKSUM_UNKNOWN), (offloaded, CHECKSUM_OFFLOADED)):
        frame = ethernet(0x0800, ipv4(make(tcp(PAYLOAD * 3), 4), total=0))
        assert decode(frame).checksum_state[0] == state


def test_the_inner_segment_of_a_tunnel_is_checked() -> None:
    for make, state in ((right, CHECKSUM_UNKNOWN), (damaged, CHECKSUM_BAD)):
        frame = ethernet(0x0800, ipv4(gre(0x86DD, ipv6(make(tcp(PAYLOAD), 6))), 47))
        assert decode(frame).checksum_state[0] == state
