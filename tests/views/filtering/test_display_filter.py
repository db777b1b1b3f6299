"""What a filter promises to who asks it: on captures that grow, on rows that are gone, on searches that take long."""

import os
from pathlib import Path

import numpy as np
import pytest

from tests.decode import packets
from tests.files import build
from tests.program import CAPTURES
from tests.views.filtering.filters import FILTERS, FOLLOWING
from tests.views.filtering.reading import selected, session_of
from tui.errors import UserError
from tui.files.source import open_capture
from tui.session import Session
from tui.views import compile_filter
from tui.views.filtering import evaluation


def test_a_filter_on_a_growing_capture_selects_what_it_selects_in_the_end() -> None:
    path = CAPTURES / "lossy.pcap"
    filters = [one for one in map(compile_filter, (*FILTERS, *FOLLOWING)) if not one.may_change]
    found: dict[str, list[int]] = {one.expression: [] for one in filters}
    session = Session(open_capture(str(path)), batch_frames=37)
    done = 0
    for _ in session.run():
        for one in filters:
            found[one.expression] += one.rows(session, done, len(session.store)).tolist()
        done = len(session.store)
    whole = session_of(path)
    assert found == {one.expression: one.rows(whole, 0, len(whole.store)).tolist() for one in filters}
    assert len(filters) > len(FILTERS) // 2


@pytest.mark.parametrize("text", [*FILTERS, *FOLLOWING])
def test_where_the_rows_are_cut_makes_no_difference(text: str) -> None:
    session = session_of(CAPTURES / "ten-connections.pcap")
    chosen = compile_filter(text)
    parts = [chosen.rows(session, start, start + 29) for start in range(0, len(session.store), 29)]
    assert np.concatenate(parts).tolist() == chosen.rows(session, 0, len(session.store)).tolist()


@pytest.mark.parametrize("text", [*FILTERS, *FOLLOWING])
def test_of_some_rows_it_selects_those_that_it_selects_of_all(text: str) -> None:
    session = session_of(CAPTURES / "ten-connections.pcap")
    chosen = compile_filter(text)
    some = np.flatnonzero(np.arange(len(session.store)) * 7 % 5 > 1)
    all_selected = chosen.rows(session, 0, len(session.store))
    assert chosen.among(session, some).tolist() == np.intersect1d(some, all_selected).tolist()


def test_a_filter_tells_what_it_costs_and_whether_it_may_change() -> None:
    told = {text: (compile_filter(text).cost, compile_filter(text).may_change) for text in EXPECTED}
    assert told == EXPECTED


EXPECTED = {
    "tcp.port == 80": ("stored", False),
    "ip.addr == 10.0.0.0/8 && vlan": ("stored", False),
    "ip.len > 100": ("headers", False),
    "tcp.options.sack_perm": ("headers", False),
    'tcp.payload contains "GET" or tcp.port == 80': ("payload", False),
    'tcp contains "GET"': ("payload", False),
    "tcp": ("stored", False),
    'conn.verdict == "reset"': ("stored", True),
    'packet.roles == "reset"': ("stored", True),
    'conn.problems == "zero-window"': ("headers", True),
    "packet.length > 0": ("stored", False),
}


def test_rows_that_were_given_up_are_left_out() -> None:
    session = Session(open_capture(str(CAPTURES / "curl-http.pcap")))
    for _ in session.run():
        pass
    session.store.drop_before(8)
    for text in ("tcp", "ip.len > 0", 'frame contains ""', "conn", "tcp.time_delta >= 0"):
        assert compile_filter(text).rows(session, 0, len(session.store)).tolist() == [8, 9, 10, 11], text


def test_a_regular_expression_that_takes_too_long_is_told_with_its_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "SEARCH_SECONDS", 0.05)
    frames = [packets.ethernet(0x0800, packets.ipv4(packets.tcp(text))) for text in (b"b", b"a" * 40 + b"!")]
    path = tmp_path / "slow.pcap"
    path.write_bytes(build.pcap(frames))
    with pytest.raises(UserError, match="takes too long on frame 2; make it simpler"):
        selected(session_of(path), 'tcp.payload matches "^(a|a|aa)+$"')


def test_a_file_that_was_cut_meanwhile_is_told_with_the_first_frame_that_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes((CAPTURES / "curl-http.pcap").read_bytes())
    session = Session(open_capture(str(path)))
    for _ in session.run():
        pass
    os.truncate(path, session.store.value("offset", 6) + 10)
    for text in ("ip.len > 0", "not eth.type", 'tcp.payload contains "a"', 'not frame contains "a"'):
        with pytest.raises(
            UserError, match=r"cut\.pcap: frame 7 is no longer in the file, which was cut; open it again"
        ):
            selected(session, text)
    assert len(selected(session, "tcp")) == len(session.store)
    session.store.drop_before(len(session.store))
    assert selected(session, "ip.len > 0") == []


def test_a_large_set_selects_what_its_members_select_one_by_one() -> None:
    session = session_of(CAPTURES / "ten-connections.pcap")
    members = range(0, 65536, 3)
    one_by_one = [number for number in selected(session, "tcp") if number % 3 == 0]
    assert selected(session, f"tcp && frame.number in {{{', '.join(map(str, members[:700]))}, 0..0}}") == one_by_one


def test_bytes_are_found_only_within_the_payload_that_has_them(tmp_path: Path) -> None:
    payloads = [b"xxGE", b"T x", b"GET", b"", b"..GET..GET"]
    frames = [packets.ethernet(0x0800, packets.ipv4(packets.tcp(payload))) for payload in payloads]
    path = tmp_path / "bytes.pcap"
    path.write_bytes(build.pcap(frames))
    session = session_of(path)
    assert selected(session, 'tcp.payload contains "GET"') == [3, 5]
    assert selected(session, 'tcp.payload matches "^get$"') == [3]
    assert selected(session, "tcp.payload[-3:] == 47:45:54") == [3, 5]
    assert selected(session, "tcp.payload[0-1,4:1] == 2e:2e:54") == [5]
    assert selected(session, "tcp.payload == 47:45:54") == [3]
    assert selected(session, "tcp.payload > 54") == [1, 2, 3, 5]  # the longer is the greater, as in tshark
    assert selected(session, "tcp.payload[0] > 47") == [1, 2]
    assert selected(session, "tcp.payload > 47:45:53") == [1, 2, 3, 5]
    assert selected(session, "tcp.payload[:3] > 47:45:54") == [1, 2]
    assert selected(session, "tcp && !tcp.payload") == [4]


def test_calculations_and_functions(tmp_path: Path) -> None:
    session = session_of(CAPTURES / "curl-http.pcap")
    assert selected(session, "tcp.len * 2 == 156") == [4]
    assert selected(session, "frame.len - tcp.len == 66 && tcp.len > 0") == [4, 6, 8]
    assert selected(session, "frame.number % 5 == 0") == [5, 10]
    assert selected(session, "tcp.len / tcp.len == 1") == [4, 6, 8]
    assert selected(session, 'lower(tcp.flags.str) contains "f"') == [10, 11]
    assert selected(session, 'string(frame.number) matches "^1.$"') == [10, 11, 12]
    assert selected(session, "count(ip.addr) == 2") == list(range(1, 13))
    assert selected(session, "tcp.srcport > tcp.dstport") == selected(session, 'packet.from == "client"')
