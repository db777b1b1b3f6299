"""Lines of segments: made for many at once, they say what each one says alone."""

import json
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decode.packets import ethernet, ipv4, tcp
from tests.export.sessions import LOSSY, all_rows, session_of
from tests.files.build import pcap_header, record
from tui import views
from tui.decode.options import parse_options
from tui.export.lines import PacketLines, joined_lines
from tui.export.packet_objects import PacketObjects

TIMESTAMPS = b"\x01\x01\x08\x0a\0\0\0\x09\0\0\0\x07"

pieces = st.lists(
    st.sampled_from([TIMESTAMPS, TIMESTAMPS, TIMESTAMPS[2:], b"\x04\x02", b"\x01", b"\0", b"\x02\x04\x05\xb4"])
    | st.just(b"\x05\x0a\xff\xff\xff\xf0\0\0\0\x10")
    | st.binary(max_size=5),
    max_size=4,
)


@given(st.lists(st.tuples(pieces, st.integers(0, 40)), min_size=1, max_size=6))
def test_the_options_of_many_segments_are_those_of_each(
    tmp_path_factory: pytest.TempPathFactory, segments: list[tuple[list[bytes], int]]
) -> None:
    headers = []
    for parts, cut in segments:
        options = b"".join(parts)[:40]
        header = tcp(options=options + bytes(-len(options) % 4))
        headers.append(header[: max(len(header) - cut, 20)])
    path = tmp_path_factory.mktemp("options") / "options.pcap"
    frames = [record(ethernet(0x0800, ipv4(header, total=60)), wire=100) for header in headers]
    path.write_bytes(pcap_header() + b"".join(frames))
    with session_of(path) as session:
        found = [value["options"] for value in PacketObjects(session, False).of(all_rows(session))]
    assert len(found) == len(headers)
    for told, header in zip(found, headers, strict=True):
        expected = parse_options(header)
        assert told["mss"] == expected.mss
        assert told["window_scale"] == expected.window_scale
        assert told["sack_permitted"] == expected.sack_permitted
        assert (told["timestamp"] and tuple(told["timestamp"])) == expected.timestamp
        assert [(right - left) % 2**32 for left, right in told["sack"]] == [
            (right - left) % 2**32 for left, right in expected.sack
        ]


def test_nothing_within_an_object_ends_its_line() -> None:
    values: list[dict[str, Any]] = [
        {"frame": text, "evidence": [{"note": "a"}, {"note": text}], "empty": {}}
        for text in ('x},{"frame":', '\\"},{"frame":"', '"', "\n", "},{", '\\},{\\"frame\\":')
    ]
    lines = joined_lines(values).splitlines(keepends=True)
    assert lines == [orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE) for value in values]


def test_lines_are_those_of_the_segments_on_the_screen() -> None:
    with session_of(LOSSY) as session:
        rows = all_rows(session)
        found = [json.loads(line) for line in b"".join(PacketLines(session, False).of(rows)).splitlines()]
        shown = [views.frame(session, row) for row in rows.tolist()]
    same = ("source", "seq", "ack", "window", "client_state", "ack_rtt", "initial_rtt", "rto", "bytes_in_flight")
    assert len(found) == len(shown)
    for value, view in zip(found, shown, strict=True):
        assert isinstance(view, views.SegmentView)
        assert value["frame"] == view.number
        assert tuple(value["notes"]) == view.notes
        assert [value[name] for name in same] == [getattr(view, name) for name in same]
    for before, view in pairwise(shown):
        assert isinstance(before, views.SegmentView)
        assert isinstance(view, views.SegmentView)
        assert (view.client_state_before, view.server_state_before) == (before.client_state, before.server_state)
