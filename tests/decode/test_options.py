"""TCP options of one header, and the columns of those of many."""

import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decode.packets import SYN, tcp
from tui.decode.batch import decode_batch
from tui.decode.columns import Protocol
from tui.decode.gather import gather
from tui.decode.option_columns import read_options
from tui.decode.options import LARGEST_SHIFT, TcpOptions, parse_options
from tui.decode.segments import TCP_HEADER
from tui.errors import InputError
from tui.files.frames import SLACK
from tui.files.source import open_capture

numbers = st.integers(0, 0xFFFFFFFF)

USUAL = b"\x02\x04\x05\xb4\x04\x02\x08\x0a\0\0\0\x01\0\0\0\x02\x01\x03\x03\x07"


def header(options: bytes) -> bytes:
    return tcp(options=options + bytes(-len(options) % 4), flags=SYN)


def read_together(headers: list[bytes]) -> list[TcpOptions]:
    """What `read_options` reads, the headers lying one behind the other."""
    ends = np.cumsum([len(each) for each in headers])
    data = np.frombuffer(b"".join(headers) + b"\x03" * SLACK, np.uint8)
    starts = ends - [len(each) for each in headers]
    lengths = np.array([min(len(each), (each[12] >> 4) * 4) for each in headers])
    first = gather(data, starts, TCP_HEADER)["first_options"]
    columns = read_options(data, starts, lengths, first)
    stamps = zip(columns.tsval.tolist(), columns.tsecr.tolist(), strict=True)
    rows = zip(
        columns.mss.tolist(), columns.window_scale.tolist(), columns.has_timestamps.tolist(), stamps, strict=True
    )
    return [
        TcpOptions(mss, scale, False, list(columns.sack.get(row, ())), stamp if has_timestamps else None)
        for row, (mss, scale, has_timestamps, stamp) in enumerate(rows)
    ]


def as_columns(options: TcpOptions) -> TcpOptions:
    """What of the options of one header the columns can say, and as they say it."""
    scale = -1 if options.window_scale is None else min(options.window_scale, LARGEST_SHIFT)
    return TcpOptions(options.mss or 0, scale, False, options.sack, options.timestamp)


def test_the_options_of_an_ordinary_syn() -> None:
    assert parse_options(header(USUAL)) == TcpOptions(mss=1460, sack_permitted=True, timestamp=(1, 2), window_scale=7)
    assert read_together([header(USUAL)]) == [TcpOptions(mss=1460, timestamp=(1, 2), window_scale=7)]


@pytest.mark.parametrize("blocks", [1, 2, 3, 4])
def test_sack_blocks(blocks: int) -> None:
    edges = [(100 * i, 0xFFFFFF00 + i) for i in range(blocks)]
    option = bytes([5, 2 + 8 * blocks]) + b"".join(struct.pack(">II", *edge) for edge in edges)
    assert parse_options(header(b"\x01\x01" + option)) == TcpOptions(sack=edges)


@pytest.mark.parametrize(
    ("option", "cookie"),
    [
        (b"\x22\x02", b""),
        (b"\x22\x0a12345678", b"12345678"),
        (b"\xfe\x04\xf9\x89", b""),
        (b"\xfe\x08\xf9\x89abcd", b"abcd"),
        (b"\xfe\x06\x12\x34ab", None),
    ],
)
def test_fast_open(option: bytes, cookie: bytes | None) -> None:
    assert parse_options(header(option)) == TcpOptions(fast_open=cookie)


@pytest.mark.parametrize(
    "options", [b"\x03\x00\x07\x00", b"\x03\x01\x07\x00", b"\x02\x05\x05\xb4", b"\x01\x01\x01\x03", b"\x63\x05\0\0"]
)
def test_a_length_that_cannot_be_ends_the_options(options: bytes) -> None:
    assert parse_options(tcp(options=options)) == TcpOptions(malformed=True)


@pytest.mark.parametrize("option", [b"\x02\x03\x05", b"\x04\x03\x01", b"\x05\x0b" + bytes(9), b"\x22\x05abc"])
def test_an_option_of_a_wrong_length_is_passed_over(option: bytes) -> None:
    assert parse_options(header(option + b"\x03\x03\x05")) == TcpOptions(window_scale=5, malformed=True)


def test_nothing_counts_after_the_end_of_options() -> None:
    assert parse_options(header(b"\x01\x00\x03\x03\x05")) == TcpOptions()


def test_the_last_of_a_repeated_option_wins() -> None:
    repeated = header(b"\x03\x03\x05\x03\x03\x06")
    assert parse_options(repeated).window_scale == 6
    assert read_together([repeated])[0].window_scale == 6


def test_what_follows_the_header_is_no_option() -> None:
    assert parse_options(tcp(b"\x03\x03\x05\x00")) == TcpOptions()


@pytest.mark.parametrize("captured", range(41))
def test_a_header_that_was_cut_gives_the_whole_options(captured: int) -> None:
    options = parse_options(header(USUAL)[:captured])
    assert not options.malformed
    assert (options.mss is not None) == (captured >= 24)
    assert (options.timestamp is not None) == (captured >= 36)
    assert (options.window_scale is not None) == (captured >= 40)


timestamps = st.builds(struct.pack, st.just(">BBII"), st.just(8), st.just(10), numbers, numbers)
sack = st.lists(numbers, min_size=2, max_size=8).map(
    lambda edges: bytes([5, 2 + 4 * len(edges)]) + struct.pack(f">{len(edges)}I", *edges)
)
usual = timestamps.map(lambda option: b"\x01\x01" + option)
ordinary = st.sampled_from([b"\x01", b"\x00", b"\x03\x03\x0e", b"\x03\x03\xc8", b"\x03\x04\x01\x02", b"\x03", USUAL])
option_bytes = st.one_of(
    usual,
    usual,
    st.binary(max_size=40),
    st.lists(st.one_of(ordinary, timestamps, usual, sack), max_size=12).map(lambda parts: b"".join(parts)[:40]),
)


@given(st.lists(st.tuples(option_bytes, st.integers(0, 15), st.integers(20, 60)), min_size=1, max_size=20))
def test_both_readers_agree(parts: list[tuple[bytes, int, int]]) -> None:
    """On options of any bytes, on data offsets that are right and wrong, and on headers that are cut."""
    headers = [tcp(options=options, data_offset=offset)[:captured] for options, offset, captured in parts]
    assert read_together(headers) == [as_columns(parse_options(each)) for each in headers]


@given(st.lists(option_bytes, min_size=1, max_size=20))
def test_both_readers_agree_on_whole_headers(parts: list[bytes]) -> None:
    headers = [header(options) for options in parts]
    assert read_together(headers) == [as_columns(parse_options(each)) for each in headers]


def test_both_readers_agree_on_every_segment_of_the_captures(reference: Path) -> None:
    seen = 0
    for path in sorted((reference / "captures").glob("*.pcap*")):
        with suppress(InputError), open_capture(str(path)) as capture:
            for batch in capture.batches():
                decoded = decode_batch(batch, capture.interfaces)
                rows = np.flatnonzero((decoded.protocol == Protocol.TCP) & (decoded.header_length > 20))
                for row in rows.tolist():
                    start, end = (int(batch.start[row]) + at for at in (decoded.tcp_offset[row], batch.captured[row]))
                    options = parse_options(batch.data[start : min(start + 60, end)].tobytes())
                    stamps = (int(decoded.tsval[row]), int(decoded.tsecr[row])) if decoded.has_timestamps[row] else None
                    assert options.timestamp == stamps
                    assert tuple(options.sack) == decoded.sack.get(row, ())
                    assert decoded.mss[row] == (options.mss or 0 if decoded.flags[row] & SYN else 0)
                    seen += 1
    assert seen
