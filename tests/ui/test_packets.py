"""What the packet table says of each frame, and what of it stays where there is little room."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.ui.fakes import FakeLive, FakeSession
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.look import formats
from tui.ui.look.view_options import ViewOptions
from tui.ui.model import Model
from tui.ui.pipeline import Progress
from tui.ui.tables.cells import text_of
from tui.ui.tables.columns import arrange, fit
from tui.ui.tables.packets import FrameRows, frame_columns
from tui.ui.tables.waiting import trial, words_while_waiting
from tui.views.wording.shorter import short_role, short_state

CAPTURES = Path(__file__).parents[2] / "captures"


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A local time that is not UTC."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@contextmanager
def rows_of(name: str, options: ViewOptions, connection: int | None = None) -> Iterator[FrameRows]:
    with open_capture(str(CAPTURES / name)) as capture:
        model = Model(Session(capture), options)
        model.pipeline.run()
        model.poll()
        yield FrameRows(model, connection)


def cell(rows: FrameRows, row: int, title: str) -> str:
    titles = [column.title for column in rows.columns]
    return text_of(rows.cells(row)[titles.index(title)])


def test_connection_numbers_have_room_though_only_late_ones_are_left() -> None:
    with open_capture(str(CAPTURES / "curl-http.pcap")) as capture:
        model = Model(Session(capture))
        model.pipeline.run()
        model.poll()
        model.progress = replace(model.progress, connection_numbers=np.array([123_456]))
        column = next(column for column in FrameRows(model).columns if column.title == "#")
        assert column.minimum >= len("123456")


def test_a_row_tells_the_segment_as_tcpdump_does() -> None:
    with rows_of("curl-http.pcap", ViewOptions()) as rows:
        titles = [column.title for column in rows.columns]
        assert [text_of(c) for c in rows.cells(3)][titles.index("flags") :][:7] == [
            *["P.", "1", "1", "65536", "78", "● data", " ESTABLISHED"],
        ]
        assert cell(rows, 3, "payload").startswith("GET / HTTP/1.1··Host:")
        assert len(cell(rows, 3, "payload")) == 64
        assert cell(rows, 0, "payload") == ""
        assert cell(rows, 0, "ack") == "", "the first SYN acknowledges nothing"
        assert cell(rows, 0, "server state") == "→LISTEN?"


def test_times_are_written_in_three_ways(berlin: None) -> None:
    options = ViewOptions()
    with rows_of("curl-http.pcap", options, 0) as rows:
        assert [cell(rows, row, "seconds") for row in (0, 2, 3)] == ["0.000000", "0.000035", "0.000565"]
        options.time_format = "delta"
        assert [cell(rows, row, "delta") for row in (0, 2, 3)] == ["0.000000", "0.000015", "0.000530"]
        options.time_format = "clock"
        assert cell(rows, 0, "local time") == "02:19:44.095575"
        options.absolute_numbers = True
        assert len(cell(rows, 3, "seq")) >= 9


def test_a_capture_that_spans_days_shows_the_date(berlin: None) -> None:
    fake = FakeSession(rows=2)
    model = Model(fake.session, ViewOptions("clock"))
    model.progress = Progress(rows=2)
    rows = FrameRows(model)
    assert next(c.width for c in rows.columns if c.title == "local time") == len("23:13:20.000000")
    fake.origin_ns -= 86_400 * formats.NS
    rows.update()
    assert next(c.width for c in rows.columns if c.title == "local time") == len("11-14 23:13:20.000000")
    assert formats.clock(fake.origin_ns, dated=True) == "11-13 23:13:20.000000"


@pytest.mark.parametrize(
    ("shorten", "value", "width", "short"),
    [
        (formats.short_seconds, "93784.123456", 9, "93784.123"),
        (formats.short_seconds, "93784.123456", 6, "93784"),
        (formats.short_seconds, "123456789012.000001", 14, "123456789012.0"),
        (formats.short_seconds, "93784123.123456", 7, "1085d 11:08:43"),
        (formats.short_seconds, "-93784.123456", 5, "-1d 02:03:04"),
        (formats.short_clock, "23:13:20.123456", 12, "23:13:20.123"),
        (formats.short_clock, "11-14 23:13:20.123456", 14, "11-14 23:13:20"),
        (formats.short_clock, "11-14 23:13:20.123456", 12, "23:13:20"),
        (short_state, "→SYN-RECEIVED?", 13, "→SYN-RCVD?"),
        (short_role, "▼ teardown 1/4 + data", 19, "▼ teardown 1/4+data"),
        (short_role, "◆ simultaneous close 2/4", 19, "◆ sim. close 2/4"),
        (formats.short_number, "1073725440", 6, "1.1G"),
        (formats.short_ends, "192.0.2.1:43420 → 198.51.100.20:8080", 30, "19….2.1:43420 → 198…00.20:8080"),
        (formats.short_ends, "127.0.0.1:43420 → 127.0.0.1:80", 24, "127.0.0.1:43420 → :80"),
        (
            formats.short_ends,
            "[2001:db8:85a3::8a2e:370:7334]:43420 → [2001:db8:85a3::1319:8a2e:7334]:443",
            43,
            "[2001…70:7334]:43420 → [2001…8a2e:7334]:443",
        ),
    ],
)
def test_a_value_that_is_too_long_is_written_shorter(
    shorten: Callable[[str, int], str], value: str, width: int, short: str
) -> None:
    assert shorten(value, width) == short


@pytest.mark.parametrize("value", ["0.000001", "12.345678", "-0.000001", "99999.999999", "1234567890.123456"])
def test_seconds_never_become_a_bare_ellipsis(value: str) -> None:
    for width in range(12, 18):
        assert "…" not in fit(value, width, right=True, shorten=formats.short_seconds)


def test_numbers_have_a_magnitude_of_at_most_five_cells() -> None:
    shown = [formats.magnitude(n) for n in (0, 7, 999, 999.6, 1000, 99_949, 99_950, 999_499, 1_234_567, 5e9)]
    assert shown == ["0", "7", "999", "1.0k", "1.0k", "99.9k", "100k", "999k", "1.2M", "5.0G"]


@pytest.mark.parametrize(
    ("width", "all_connections", "titles"),
    [
        (60, True, ["frame", "#", "role", "client state", "server state"]),
        (79, True, ["frame", "seconds", "#", "flags", "len", "role", "client state", "server state"]),
        (79, False, ["frame", "seconds", "flags", "len", "role", "client state", "server state"]),
        (104, True, ["seconds", "flags", "seq", "ack", "len", "role", "client state", "server state", "payload"]),
        (111, True, ["seconds", "flags", "seq", "ack", "window", "len", "role", "client state", "payload"]),
    ],
)
def test_what_stays_on_a_narrow_screen(width: int, all_connections: bool, titles: list[str]) -> None:
    columns = frame_columns(all_connections, "relative", False, 8, 5, 2)
    shown = [columns[i].title for i, _ in arrange(columns, width)]
    assert [title for title in shown if title in titles] == titles
    if width < 100:
        assert [title for title in shown if title] == [title for title in titles if title]


def test_a_row_whose_frame_went_says_so() -> None:
    with rows_of("curl-http.pcap", ViewOptions()) as rows:
        view = rows.view(3)
        assert view.number == 4
    fake = FakeSession(rows=30)
    model = Model(fake.session)
    model.progress = Progress(rows=30, start=20)
    rows = FrameRows(model)
    assert (len(rows), rows.key(0), rows.find(41), rows.find(59), rows.find(3)) == (10, 41, 0, 9, 0)


def test_one_who_waits_is_told_what_to_try() -> None:
    live = FakeLive()
    fake = FakeSession(capture=live)
    model = Model(fake.session)
    assert words_while_waiting(model).splitlines() == [
        "Waiting for packets on lo …",
        "Try in another window:  curl http://127.0.0.1:8000/",
        "Keys: ? help, q quit",
    ]
    live.waiting = {"veth0": "is down"}
    assert "veth0 is down; waiting for it." in words_while_waiting(model)
    live.running = False
    assert "p starts it again" in words_while_waiting(model)


@pytest.mark.parametrize(
    ("interfaces", "expression", "command"),
    [
        (["lo"], "port 6379", "exec 6<>/dev/tcp/127.0.0.1/6379; echo PING >&6; read -u 6; exec 6<&-"),
        (["eth0"], "", "curl http://example.org/"),
        (["eth0"], "tcp dst port 443 and host 192.0.2.7", "curl https://192.0.2.7/"),
        (["eth0"], "host 2001:db8::1", "curl http://[2001:db8::1]/"),
        (["lo", "eth0"], "port 9999", "exec 6<>/dev/tcp/example.org/9999; exec 6<&-"),
        (["any"], "tcp", "curl http://example.org/"),
    ],
)
def test_the_command_to_try_passes_the_filter(interfaces: list[str], expression: str, command: str) -> None:
    assert trial(interfaces, expression) == command
