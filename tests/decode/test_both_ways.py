"""The fast way and the walk agree on every column, and no bytes make either fail."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decode import packets
from tests.decode.packets import assert_equal, batch_of, interfaces
from tests.decode.test_layers import SEGMENTS
from tui.decode.batch import decode_batch, decode_by_walking
from tui.decode.columns import COLUMN_TYPES, Decoded
from tui.files import link_types

LINK_TYPES = [value for name, value in vars(link_types).items() if name.isupper() and isinstance(value, int)] + [127]

lengths = st.one_of(st.none(), st.integers(0, 80), st.integers(0, 0xFFFF))
ports = st.sampled_from([53, 1701, 2152, 4789, 6081, 50000])
fragments = st.sampled_from([0, 0x4000, 0x2000, 0x2001, 0x0001, 0x8000])
segments = st.one_of(
    st.builds(
        packets.tcp,
        st.binary(max_size=20),
        options=st.binary(max_size=40).map(lambda options: options[: len(options) // 4 * 4]),
        flags=st.integers(0, 0xFFF),
        data_offset=st.one_of(st.none(), st.integers(0, 15)),
    ),
    st.builds(packets.udp, st.binary(max_size=30), source=ports, destination=ports),
    st.builds(packets.icmp, st.integers(0, 13), st.just(packets.ipv4(packets.tcp()))),
    st.builds(packets.icmp, st.sampled_from([1, 3, 4, 128]), st.just(packets.ipv6(packets.tcp()))),
)
protocols = st.one_of(st.just(6), st.sampled_from([1, 2, 4, 17, 41, 44, 47, 50, 51, 58, 89, 132]), st.integers(0, 255))


def ip_around(payloads: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    version4 = st.builds(
        packets.ipv4, payloads, protocols, total=lengths, options=st.sampled_from([b"", bytes(4)]), fragment=fragments
    )
    return st.one_of(version4, st.builds(packets.ipv6, payloads, protocols, length=lengths))


inner_packets = ip_around(segments)
inner_frames = st.builds(packets.ethernet, st.sampled_from([0x0800, 0x86DD, 0x0806, 0x8100]), inner_packets)
tunnels = st.one_of(
    st.builds(packets.vxlan, inner_frames).map(lambda payload: (payload, 17)),
    st.builds(packets.gre, st.sampled_from([0x0800, 0x86DD]), inner_packets).map(lambda payload: (payload, 47)),
    st.builds(packets.gre, st.just(0x6558), inner_frames).map(lambda payload: (payload, 47)),
    st.tuples(inner_packets, st.sampled_from([4, 41])),
)
tunnelled = st.one_of(
    st.builds(lambda tunnel, total: packets.ipv4(*tunnel, total=total), tunnels, lengths),
    st.builds(lambda tunnel, length: packets.ipv6(*tunnel, length=length), tunnels, lengths),
    st.builds(lambda tunnel, outer: packets.ipv4(packets.ipv4(*tunnel), outer), tunnels, st.sampled_from([4, 41])),
)
ip_packets = st.one_of(inner_packets, inner_packets, tunnelled, st.binary(max_size=60))
ethertypes = st.sampled_from([0x0800, 0x0800, 0x86DD, 0x86DD, 0x0806, 0x8847, 0x8864, 0x88CC, 40, 0x8100])
behind_ethertypes = st.recursive(ip_packets, lambda inner: st.builds(packets.vlan, ethertypes, inner), max_leaves=3)
frames = {
    link_types.ETHERNET: st.builds(packets.ethernet, st.one_of(ethertypes, st.just(0x88A8)), behind_ethertypes),
    link_types.LINUX_SLL: st.builds(lambda kind, rest: bytes(14) + kind.to_bytes(2) + rest, ethertypes, ip_packets),
    link_types.LINUX_SLL2: st.builds(lambda kind, rest: kind.to_bytes(2) + bytes(18) + rest, ethertypes, ip_packets),
    link_types.NULL: st.builds(
        lambda family, rest: family + rest,
        st.sampled_from([b"\2\0\0\0", b"\0\0\0\2", b"\x1e\0\0\0", b"\0\0\0\x18", b"\7\0\0\0", b"\0\2\0\0"]),
        ip_packets,
    ),
    link_types.RAW: ip_packets,
    link_types.IPV4: ip_packets,
    link_types.IPV6: ip_packets,
}
"""Frames of the link types that have a fast way: sound ones, and ones with a field or two astray."""


@st.composite
def recorded_frames(draw: st.DrawFn) -> tuple[bytes, int, int]:
    """A frame, cut anywhere or not; its wire length; the index of its interface."""
    interface, strategy = draw(st.sampled_from(list(enumerate(frames.values()))))
    frame = draw(strategy)
    captured = draw(st.one_of(st.just(len(frame)), st.integers(0, len(frame))))
    return frame[:captured], draw(st.sampled_from([len(frame), captured, 0, 3000])), interface


@settings(deadline=None, max_examples=80)
@given(st.lists(recorded_frames(), min_size=1, max_size=12))
def test_both_ways_agree(recorded: list[tuple[bytes, int, int]]) -> None:
    data, wire, interface = zip(*recorded, strict=True)
    batch = batch_of(data, wire=wire, interface=interface)
    assert_equal(decode_batch(batch, interfaces(*frames)), decode_by_walking(batch, interfaces(*frames)))


@settings(deadline=None, max_examples=15)
@given(st.lists(st.binary(max_size=120), min_size=20, max_size=40))
@pytest.mark.parametrize("link_type", LINK_TYPES)
def test_no_bytes_make_it_fail(link_type: int, data: list[bytes]) -> None:
    batch = batch_of(data)
    assert_equal(decode_batch(batch, interfaces(link_type)), decode_by_walking(batch, interfaces(link_type)))


@pytest.mark.parametrize("layers", SEGMENTS)
def test_a_frame_may_end_anywhere(layers: str) -> None:
    link_type, frame = SEGMENTS[layers]
    cut = [frame[:length] for length in range(len(frame) + 1)]
    batch = batch_of(cut, wire=[len(frame)] * len(cut))
    decoded = decode_batch(batch, interfaces(link_type))
    assert_equal(decoded, decode_by_walking(batch, interfaces(link_type)))
    is_segment = decoded.tcp_offset > 0
    complete = len(frame) - 18  # up to the 18 bytes of payload
    np.testing.assert_array_equal(is_segment, np.arange(len(cut)) >= complete)
    assert set(decoded.length[is_segment].tolist()) == {18}
    assert decoded.truncated[complete:-1].all()


@pytest.mark.parametrize("position", range(0, 60, 2))
def test_a_changed_byte_is_seen_alike_both_ways(position: int) -> None:
    """All values of one byte of a plain frame at once."""
    for frame in (SEGMENTS["ethernet"][1], SEGMENTS["ethernet ipv6"][1]):
        changed = [frame[:position] + bytes([value]) + frame[position + 1 :] for value in range(256)]
        batch = batch_of(changed)
        assert_equal(decode_batch(batch, interfaces(1)), decode_by_walking(batch, interfaces(1)))


def test_what_lies_around_a_frame_does_not_matter() -> None:
    cut = [frame[:length] for _, frame in SEGMENTS.values() for length in range(0, len(frame), 3)]
    one, other = (decode_batch(batch_of(cut, filler=filler), interfaces(1)) for filler in (0x00, 0x06))
    assert_equal(one, other)


def test_an_empty_batch_has_no_rows() -> None:
    decoded = decode_batch(batch_of([]), [])
    assert len(decoded) == 0
    assert [field.name for field in fields(Decoded)] == [*COLUMN_TYPES, "quoted", "sack"]


def test_frames_of_several_link_types_keep_their_rows() -> None:
    chosen = [SEGMENTS[name] for name in ("ethernet", "cooked v2", "pppoe", "ppp", "raw ipv6", "ethernet ipv6")]
    known = interfaces(*(link_type for link_type, _ in chosen))
    together = decode_batch(batch_of([frame for _, frame in chosen], interface=range(len(chosen))), known)
    for row, (link_type, frame) in enumerate(chosen):
        alone = packets.decode(frame, link_type)
        for name in COLUMN_TYPES:
            assert getattr(together, name)[row] == getattr(alone, name)[0], name


def test_sack_blocks_keep_their_rows() -> None:
    """In one batch of both IP versions, and in batches that are put together."""
    data = [packets.ethernet(0x0806, b"")]
    for left in range(4):
        segment = packets.tcp(options=bytes.fromhex(f"0101 050a 0000000{left} 00000009"))
        version4 = packets.ethernet(0x0800, packets.ipv4(segment))
        data.append(packets.ethernet(0x86DD, packets.ipv6(segment)) if left % 2 else version4)
    whole = decode_batch(batch_of(data), interfaces(1))
    assert whole.sack == {1 + left: ((left, 9),) for left in range(4)}
    parts = [decode_batch(batch_of(part), interfaces(1)) for part in (data[:2], data[2:3], data[3:])]
    assert_equal(Decoded.concatenate(parts), whole)
