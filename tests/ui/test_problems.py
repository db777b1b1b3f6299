"""Problems in both lists: how they stand out, and the keys that walk them."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.cells import cell_len

from tests.tcp.test_identity import icmp
from tests.tcp.wire import Endpoint, MadeCapture, c, dialogue
from tests.ui.conftest import application, until
from tests.ui.fakes import FakeSession
from tests.ui.screen import shown, shown_lines, table
from tests.ui.test_connection_list import model_of
from tests.ui.test_jumps import CAPTURES, PCAP_HEADER, opened, workbench
from tui.session import Session
from tui.store import COLUMNS as STORED
from tui.store import Store
from tui.tcp.rules.notes import NOTE_NAMES, PROBLEM_NOTES, Note
from tui.ui.app import TcptuiApp
from tui.ui.inspector.details import Details
from tui.ui.look import theme
from tui.ui.model import Model
from tui.ui.pipeline import Progress
from tui.ui.tables.cells import fitted, spans_of, text_of
from tui.ui.tables.connection_cells import COLUMNS, PROBLEMS_PLACE, problem_cell
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.ordering import Ordering
from tui.ui.tables.packet_rows import PacketRows
from tui.ui.tables.packets import frame_columns, role_cell
from tui.views import ConnectionView, SegmentView
from tui.views.wording.notes import PROBLEMS, note_text, problem_words, quiet_words

RETRIES = [3, 4, 5, 6, 7]
"""Frame numbers, in `mixed`, of the SYNs that were sent again."""


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """One SYN of a connection without problems, one whose SYN is sent six times, and one without problems."""
    parts = [(CAPTURES / f"{name}.pcap").read_bytes() for name in ("curl-http", "unanswered", "curl-four-segments")]
    assert len({part[:PCAP_HEADER] for part in parts}) == 1
    first_record = PCAP_HEADER + 16 + int.from_bytes(parts[0][PCAP_HEADER + 8 : PCAP_HEADER + 12], "little")
    path = tmp_path / "mixed.pcap"
    path.write_bytes(parts[0][:first_record] + parts[1][PCAP_HEADER:] + parts[2][PCAP_HEADER:])
    return path


async def test_a_key_walks_the_problems_among_all_packets(mixed: Path) -> None:
    async with opened(mixed) as (pilot, bench):
        bench.go_to(bench.packet_table)
        for expected in RETRIES:
            await pilot.press("e")
            assert bench.packet_table.key == expected
        await pilot.press("e")
        assert bench.key_line.spoken == "No further problem below."
        for expected in RETRIES[-2::-1]:
            await pilot.press("E")
            assert bench.packet_table.key == expected
        await pilot.press("E")
        assert bench.key_line.spoken == "No further problem above."


async def test_in_one_connection_only_its_problems_are_walked(mixed: Path) -> None:
    async with opened(mixed) as (pilot, bench):
        bench.go_to(bench.packet_table)
        bench.narrow(1)
        await pilot.press("e")
        assert bench.packet_table.key == RETRIES[0]
        bench.narrow(2)
        await pilot.press("e")
        assert bench.key_line.spoken == "No further problem below in this connection."


async def test_in_the_list_it_goes_to_the_connection_that_has_one_and_narrows_nothing(mixed: Path) -> None:
    async with opened(mixed) as (pilot, bench):
        await pilot.press("e")
        assert (bench.connection_table.key, bench.packet_rows.connection) == (1, None)
        await pilot.press("e")
        assert bench.key_line.spoken == (
            "No further connection with a problem below; ⏎, then e walks the packets of this one."
        )
        assert bench.packet_table.border_title == "Packets of all connections"
        await pilot.press("enter", "e")
        assert (bench.packet_rows.connection, bench.packet_table.key) == (1, RETRIES[0])
        assert bench.focused is bench.packet_table
        bench.go_to(bench.connection_table)
        await pilot.press("j", "e")
        assert bench.key_line.spoken == "No further connection with a problem below."
        await pilot.press("E")
        assert bench.connection_table.key == 1


async def test_it_follows_the_order_in_which_the_connections_are_shown(mixed: Path) -> None:
    async with opened(mixed) as (pilot, bench):
        await pilot.press("right", "s", "g", "E")
        assert bench.connection_table.key == 2
        assert bench.key_line.spoken == "No further connection with a problem above."
        await pilot.press("e")
        assert bench.connection_table.key == 1


async def test_where_all_is_well_it_says_so() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        for pane in (bench.connection_table, bench.packet_table):
            bench.go_to(pane)
            await pilot.press("e")
            assert bench.key_line.spoken == "No problems were found."
            assert pane.cursor == 0
            bench.key_line.fall_silent()


@pytest.mark.usefixtures("fake_views")
async def test_while_reading_it_speaks_of_what_was_read_so_far() -> None:
    app, _ = application(50, ending=False)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: table(pilot, "connections").key is not None)
        await pilot.press("e")
        assert workbench(app).key_line.spoken == "No problems were found so far."


def test_a_million_rows_and_a_million_connections_are_looked_through_at_once() -> None:
    store = Store()
    rows = 1_000_000
    columns = {name: np.zeros(rows, dtype) for name, dtype in STORED.items()}
    columns["notes"][:] = Note.WINDOW_UPDATE
    columns["notes"][[5, rows - 1]] = Note.ZERO_WINDOW
    store.append(columns)
    session = FakeSession()
    session.store = store  # type: ignore[assignment]
    model = Model(session.session)
    model.progress = Progress(rows=rows, connection_numbers=np.arange(rows))
    model.poll_selection(changed=True)
    packets, listed = PacketRows(model), ConnectionRows(model)
    numbers = np.array([5, rows - 2])
    ordering = Ordering(np.arange(rows), np.arange(rows), descending=True)
    began = time.process_time()
    assert packets.next_place("notes", PROBLEM_NOTES, 5, 1) == rows - 1
    assert packets.next_place("notes", PROBLEM_NOTES, rows - 1, -1) == 5
    assert packets.next_place("notes", PROBLEM_NOTES, 5, -1) is None
    assert [listed.next_row(numbers, row, 1) for row in (0, 5, rows - 2)] == [5, rows - 2, None]
    assert [listed.next_row(numbers, row, -1) for row in (rows - 1, rows - 2, 5)] == [rows - 2, 5, None]
    listed._ordering = ordering
    assert listed.next_row(numbers, 0, 1) == 1
    assert time.process_time() - began < 0.2


def segment(roles: tuple[str, ...], notes: tuple[str, ...]) -> SegmentView:
    packets = dialogue(client=Endpoint("10.0.0.1", 8), server=Endpoint("10.0.0.2", 80))[0]
    view = model_of(Session(MadeCapture([packets("S", 0)]))).frame(0)
    assert isinstance(view, SegmentView)
    return replace(view, roles=roles, notes=notes)


ROLE_CELLS = [
    (("data",), ("retransmission",), "‼ retransmission"),
    (("data",), ("retransmission", "fast-retransmission"), "‼ fast retransmission"),
    (("data",), ("retransmission", "spurious-retransmission"), "‼ spurious retransmission"),
    (("data",), ("lost-segment",), "‼ lost segment"),
    (("data",), ("reordered",), "‼ reordered"),
    (("ack",), ("zero-window", "duplicate-ack"), "‼ zero window duplicate ACK #2"),
    (("handshake 1/3",), ("retransmission", "syn-retry"), "‼ SYN retry ▲ handshake 1/3"),
    (("data", "teardown 1/4"), ("retransmission",), "‼ retransmission ▼ data + teardown 1/4"),
    (("reset",), ("middlebox-reset",), "‼ middlebox reset ✗ reset"),
    (("ack",), ("duplicate-ack",), "· duplicate ACK #2"),
    (("ack",), ("keep-alive",), "· keep-alive"),
    (("ack",), ("window-update",), "· window update"),
    (("data",), ("keep-alive",), "● keep-alive"),
    (("data",), ("checksum-offloaded", "scale-unknown", "truncated"), "● data"),
    (("handshake 3/3", "data"), ("before-syn",), "▲ handshake 3/3 + data before its SYN"),
]


@pytest.mark.parametrize(("roles", "notes", "text"), ROLE_CELLS)
def test_a_row_says_its_problem_first_and_the_rest_quietly(
    roles: tuple[str, ...], notes: tuple[str, ...], text: str
) -> None:
    cell = role_cell(segment(roles, notes), 2)
    assert text_of(cell) == text
    first, *others = spans_of(cell)
    assert (first[1] == "problem") == (not PROBLEMS.isdisjoint(notes))
    assert all(kind != "problem" for _, kind in others)


@pytest.mark.parametrize(("roles", "notes", "text"), ROLE_CELLS)
def test_the_narrowest_row_still_names_the_problem(roles: tuple[str, ...], notes: tuple[str, ...], text: str) -> None:
    role = next(column for column in frame_columns(True, "relative", False, 8, 5, 2) if column.title == "role")
    spans = list(fitted(role_cell(segment(roles, notes), 2), role, role.minimum))
    assert sum(cell_len(text) for text, _ in spans) == role.minimum
    if problem_words(notes):
        assert "…" not in spans[0][0]


def test_every_note_has_words_and_every_problem_is_named_as_one() -> None:
    for note, name in NOTE_NAMES.items():
        assert bool(problem_words([name])) == bool(note & PROBLEM_NOTES)
        assert note_text(name)
        assert "-" not in problem_words([name]).replace("in-window", "")
        assert not (problem_words([name]) and quiet_words([name]))


def connection(problem_count: int, retransmitted: tuple[int, int]) -> ConnectionView:
    packets = dialogue(client=Endpoint("10.0.0.1", 8), server=Endpoint("10.0.0.2", 80))[0]
    view = model_of(Session(MadeCapture([packets("S", 0)]))).connection(0)
    assert view is not None
    return view._replace(problem_count=problem_count, retransmitted=retransmitted)


@pytest.mark.parametrize(
    ("count", "retransmitted", "problems", "cell"),
    [
        (0, (0, 0), (), ("", "quiet")),
        (3, (1, 2), (), ("‼ 3 · retransmissions", "problem")),
        (3, (1, 1), ("zero-window", "retransmissions"), ("‼ 3 · zero window", "problem")),
        (1234, (0, 0), (), ("‼ 1,234", "problem")),
        (2, (0, 0), ("syn-retries",), ("‼ 2 · SYN retries", "problem")),
        (0, (0, 0), ("slow-server",), ("‼ slow server", "problem")),
        (0, (0, 0), ("scale-unknown",), ("scale unknown", "quiet")),
        (2, (2, 0), ("scale-unknown",), ("‼ 2 · retransmissions", "problem")),
    ],
)
def test_the_list_counts_problems_and_names_the_worst(
    count: int, retransmitted: tuple[int, int], problems: tuple[str, ...], cell: tuple[str, str]
) -> None:
    assert problem_cell(connection(count, retransmitted), problems) == cell


@pytest.mark.parametrize(
    ("width", "text"), [(21, "‼ 5 · retransmissions"), (14, "‼ 5 · resent"), (12, "‼ 5 · resent"), (9, "‼ 5")]
)
def test_where_there_is_little_room_the_count_stays(width: int, text: str) -> None:
    (cell,) = fitted(("‼ 5 · retransmissions", "problem"), COLUMNS[PROBLEMS_PLACE], width)
    assert cell[0].rstrip() == text


async def test_with_the_first_problem_its_column_comes_at_any_width(mixed: Path) -> None:
    async with opened(mixed) as (pilot, _):
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "problems" in shown(pilot) and "‼ 5" in shown(pilot))
        assert "what" not in shown_lines(pilot)[2]


@pytest.mark.parametrize("colours", [True, False])
async def test_a_problem_stands_out_in_every_theme_and_without_colours(
    mixed: Path, colours: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not colours:
        monkeypatch.setenv("NO_COLOR", "1")
    async with opened(mixed) as (pilot, bench):
        app = pilot.app
        assert isinstance(app, TcptuiApp)
        for name in app.available_themes if colours else [app.theme]:
            app.theme = name
            await pilot.pause()
            style = bench.packet_table._drawing._style("", "problem")
            assert style.reverse, name
            assert style.bold, name
            others = {bench.packet_table._drawing._style("", kind) for kind in theme.KINDS if kind != "problem"}
            assert all(not other.reverse for other in others), name


def test_problems_that_take_time_to_find_are_found_in_the_background() -> None:
    client, server = dialogue(client=Endpoint("10.0.0.1", 8), server=Endpoint("10.0.0.2", 80))
    syn = client("S", 0)
    model = model_of(Session(MadeCapture([syn, c("S", 0), icmp(syn, 1), server("S.", 0, 1)])))
    view = model.connection(0)
    assert view is not None
    deadline = time.monotonic() + 10
    while not (found := model.take_news()) and time.monotonic() < deadline:
        model.problems(view)
        time.sleep(0.001)
    assert found, "there is something new to draw"
    assert model.problems(view) == model.told(view).problems
    assert not model.take_news()


async def test_the_evidence_says_first_how_it_was_found() -> None:
    async with opened("lossy.pcap") as (pilot, bench):
        await pilot.resize_terminal(200, 60)
        await pilot.press("enter", "e")
        await until(pilot, lambda: "evidence  retransmission: " in shown(pilot))
        text = "".join(part for part, _ in bench.inspector.query_one(Details)._description.parts)
        evidence = text.partition("evidence  ")[2]
        start = "retransmission: bytes seen before, after 22.8 ms, 1,448 bytes sent before; frame 18[1]\n"
        assert evidence.startswith(start)
        told = "fast retransmission: duplicate ACKs: 4, 5,792 bytes above it reported as received; frame 55[2]"
        assert told in evidence
        assert "\nWireshark " in evidence
