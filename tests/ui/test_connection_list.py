"""The connection list: what its columns say, and the order of its rows."""

import random
import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.bench.generate import generate
from tests.bench.layout import Settings
from tests.tcp.test_identity import icmp
from tests.tcp.wire import MILLISECOND, OPEN, TALK, Endpoint, MadeCapture, Packet, c, dialogue, s
from tests.ui.conftest import until
from tests.ui.screen import shown, shown_lines, table
from tui import views
from tui.files.source import Capture, open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.look.quantities import bytes_text, duration_text
from tui.ui.model import Model
from tui.ui.tables import connections as connections_module
from tui.ui.tables.cells import spans_of, text_of
from tui.ui.tables.columns import arrange
from tui.ui.tables.connection_cells import COLUMNS, COLUMNS_WITHOUT_PROBLEMS, SORT_KEYS, connection_cells
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.ordering import Ordering
from tui.ui.workbench import Workbench

CAPTURES = Path(__file__).parents[2] / "captures"
CLOSE = [c("F.", 11, 21), s("F.", 21, 12), c(".", 12, 22)]


def column(title: str) -> int:
    return [column.title for column in COLUMNS].index(title)


def conversation(port: int, server: Endpoint, request: int, answer: int, third_ms: int) -> list[Packet]:
    """A connection from its SYN to its answer, the handshake lasting `third_ms` milliseconds."""
    client, other = dialogue(client=Endpoint("10.0.0.1", port), server=server)
    start = 10**18 + port * 10_000 * MILLISECOND
    return [
        client("S", 0, time_ns=start),
        other("S.", 0, 1, time_ns=start),
        client(".", 1, 1, time_ns=start + third_ms * MILLISECOND),
        client("P.", 1, 1, request),
        other("P.", 1, 1 + request, answer),
    ]


SHORT = conversation(9, Endpoint("10.0.0.2", 443), 5, 500, 30)
LONG = conversation(10, Endpoint("10.0.0.2", 80), 50, 50, 10)
SILENT = [dialogue(client=Endpoint("10.0.0.1", 8), server=Endpoint("10.0.0.10", 6379))[0]("S", 0)]
REFUSED_OVER_6 = [
    dialogue(client=Endpoint("fd00::2", 5), server=Endpoint("fd00::1", 22))[0]("S", 0),
    dialogue(client=Endpoint("fd00::2", 5), server=Endpoint("fd00::1", 22))[1]("R.", 0, 1),
]
MIXED = [*SHORT, *LONG, *LONG[3:], *SILENT, *REFUSED_OVER_6, icmp(SILENT[0], 1)]
"""Connections 0 to 3: two with an answer, one unreachable, one refused."""


def model_of(session: Session) -> Model:
    """A model whose pipeline has run to its end, in this thread."""
    model = Model(session)
    model.pipeline.run()
    model.poll()
    return model


def rows_of(packets: list[Packet]) -> ConnectionRows:
    return ConnectionRows(model_of(Session(MadeCapture(packets))))


def shown_order(rows: ConnectionRows) -> list[int]:
    return [rows.key(row) for row in range(len(rows))]


ORDERS = {
    "#": ([0, 1, 2, 3], [3, 2, 1, 0]),
    "client → server": ([2, 0, 1, 3], [3, 1, 0, 2]),
    "what": ([1, 0, 2, 3], [3, 2, 0, 1]),
    "opening ··· closing": ([3, 0, 1, 2], [2, 0, 1, 3]),
    "verdict": ([0, 1, 3, 2], [2, 3, 0, 1]),
    "problems": ([2, 3, 1, 0], [0, 1, 2, 3]),
    "states": ([3, 0, 1, 2], [2, 0, 1, 3]),
    "history": ([2, 0, 1, 3], [3, 1, 0, 2]),
    "packets": ([1, 0, 3, 2], [2, 3, 0, 1]),
    "→ bytes": ([1, 0, 2, 3], [2, 3, 0, 1]),
    "← bytes": ([0, 1, 2, 3], [2, 3, 1, 0]),
    "duration": ([0, 1, 3, 2], [2, 3, 1, 0]),
    "handshake": ([0, 1, 2, 3], [1, 0, 2, 3]),
}
"""By the column: the order at first, and the reverse; what is not known comes last in both."""


@pytest.mark.parametrize("title", ORDERS)
def test_every_column_can_be_sorted_by(title: str) -> None:
    rows = rows_of(MIXED)
    rows.sort_by(column(title))
    expected, reverse = ORDERS[title]
    assert shown_order(rows) == expected
    assert [rows.find(number) for number in expected] == [0, 1, 2, 3]
    rows.reverse()
    assert shown_order(rows) == reverse
    assert [rows.find(number) for number in reverse] == [0, 1, 2, 3]


def test_the_column_that_is_sorted_by_has_a_mark() -> None:
    rows = rows_of(MIXED)
    assert [column.title for column in rows.columns] == [column.title for column in COLUMNS]
    rows.sort_by(column("packets"))
    assert (rows.order, rows.columns[rows.order].title, rows.arrival_order) == (column("packets"), "packets▼", False)
    rows.reverse()
    assert rows.columns[rows.order].title == "packets▲"
    rows.sort_by(0)
    assert (rows.columns, rows.arrival_order) == (COLUMNS_WITHOUT_PROBLEMS, True)
    rows.reverse()
    assert (rows.columns[0].title, rows.arrival_order) == ("#▼", False)


def test_all_marked_titles_have_room() -> None:
    for place, width in arrange(COLUMNS, 160):
        assert len(COLUMNS[place].title) < width or place == 0


def test_a_number_that_is_not_there_is_found_at_the_next_one() -> None:
    keys = views.connection_keys
    session = Session(MadeCapture(MIXED))
    model_of(session)
    numbers = views.connection_numbers(session)[1:]
    ordering = Ordering(numbers, keys(session, numbers, "packets"), descending=True)
    assert ordering.numbers.tolist() == [1, 3, 2]
    assert [ordering.find(number) for number in (0, 2, 4)] == [0, 2, 3]


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_the_list_is_sorted_again_once_a_second_and_only_when_there_is_something_new(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    monkeypatch.setattr(connections_module, "time", clock)
    session = Session(MadeCapture(MIXED, [5, 11, len(MIXED) - 1]))
    steps = session.run()
    model = Model(session)

    def read_on() -> None:
        next(steps)
        model.pipeline.progress = model._take_progress(False)
        model.poll()

    rows = ConnectionRows(model)
    read_on()
    rows.sort_by(column("packets"))
    assert shown_order(rows) == [0]
    clock.now = 0.9
    read_on()
    assert (rows.update(), shown_order(rows)) == (False, [0])
    clock.now = 1.1
    assert (rows.update(), shown_order(rows)) == (True, [1, 0])
    clock.now = 9.0
    assert not rows.update()
    read_on()
    assert (rows.update(), shown_order(rows)) == (True, [1, 0, 3, 2])


def test_the_list_in_order_of_arrival_always_has_the_newest() -> None:
    rows = rows_of(MIXED)
    assert not rows.update()
    assert shown_order(rows) == [0, 1, 2, 3]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """25,000 connections."""
    path = tmp_path_factory.mktemp("large") / "large.pcap"
    generate(path, Settings(packets=250_000, connections=25_000))
    return path


def test_sorting_25000_connections_takes_no_time_to_speak_of(large: Path) -> None:
    with open_capture(str(large)) as capture:
        rows = ConnectionRows(model_of(Session(capture)))
        assert len(rows) == 25_000
        rows.sort_by(SORT_KEYS.index("application"))  # reads two pieces of the file for each connection, once
        for place in range(1, len(COLUMNS)):
            times = []
            for _ in range(3):
                began = time.process_time()
                rows.sort_by(place)
                times.append(time.process_time() - began)
            assert min(times) < 0.1


def cells_of(capture: Capture | MadeCapture) -> dict[str, str]:
    session = Session(capture)
    model_of(session)
    (view,) = views.connections(session, views.connection_numbers(session))
    cells = connection_cells(view, views.application(session, view.connection))
    return {column.title: text_of(cell) for column, cell in zip(COLUMNS, cells, strict=True)}


def test_what_is_said_of_a_capture_of_curl() -> None:
    with open_capture(str(CAPTURES / "curl-http.pcap")) as capture:
        assert cells_of(capture) == {
            "#": "0",
            "client → server": "127.0.0.1:43420 → 127.0.0.1:8080",
            "what": "GET /",
            "opening ··· closing": "S SA A ··· F FA A",
            "verdict": "closed",
            "problems": "",
            "states": "TIME-WAIT/CLOSED?",
            "history": "ShADadFf",
            "→ bytes": "78 B",
            "← bytes": "262 B",
            "duration": "9.9 ms",
            "packets": "12",
            "handshake": "35 µs",
        }


STRIPS = [
    ([*OPEN, *TALK], [("S", "handshake"), ("SA", "handshake"), ("A", "handshake"), ("···", "quiet")]),
    ([c("S", 0), c("S", 0)], [("S×2", "malformed")]),
    ([c("S", 0), s("R.", 0, 1)], [("S", "handshake"), ("RA", "reset")]),
    (
        [*OPEN, *TALK, CLOSE[0], s("R", 21)],
        [*[(flags, "handshake") for flags in ("S", "SA", "A")], ("···", "quiet"), ("F", "teardown"), ("R", "reset")],
    ),
    ([*TALK, *CLOSE], [("···", "quiet"), ("F", "teardown"), ("FA", "teardown"), ("A", "teardown")]),
    ([c("F", 0)], [("", "")]),
]


@pytest.mark.parametrize(("packets", "expected"), STRIPS)
def test_the_strip_shows_each_part_in_its_kind(packets: list[Packet], expected: list[tuple[str, str]]) -> None:
    cell = rows_of(packets).cells(0)[column("opening ··· closing")]
    assert [span for span in spans_of(cell) if span[0] != " "] == expected


def test_a_description_comes_when_the_first_payload_does_and_stays_when_it_is_given_up() -> None:
    session = Session(MadeCapture([*OPEN, *TALK], [3, 4]))
    model = Model(session)
    said = [model.application(0) for _ in session.run()]
    assert said[0] == "HTTP"
    session.clear()
    assert model.application(0) == said[-1]


SECONDS = [
    *(
        (0.0, "0 µs"),
        (28e-6, "28 µs"),
        (99.4e-6, "99 µs"),
        (250e-6, "0.25 ms"),
        (0.0012, "1.2 ms"),
        (0.0123, "12.3 ms"),
    ),
    *((0.1, "100 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (1.2, "1.2 s"), (59.4, "59.4 s"), (59.6, "1m 00s")),
    *((125, "2m 05s"), (3600 * 3 + 420, "3h 07m"), (86_400 * 2 + 3600 * 4, "2d 04h"), (86_400 * 400, "400d 00h")),
]
BYTES = [
    *((0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (99_949, "99.9 kB"), (123_456, "123 kB")),
    *((999_499, "999 kB"), (999_500, "1.0 MB"), (4_567_890, "4.6 MB"), (10**20, "100 EB")),
]


@pytest.mark.parametrize(("seconds", "text"), SECONDS)
def test_durations_for_people(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@pytest.mark.parametrize(("count", "text"), BYTES)
def test_bytes_for_people(count: int, text: str) -> None:
    assert bytes_text(count) == text


def test_amounts_fit_into_their_columns() -> None:
    generator = random.Random(1)
    for _ in range(2000):
        amount = 10 ** generator.uniform(-7, 8)
        assert len(duration_text(amount)) <= 9
        assert len(bytes_text(int(amount))) <= 8


def bench(pilot: Pilot[None]) -> Workbench:
    screen = pilot.app.screen
    assert isinstance(screen, Workbench)
    return screen


@pytest.mark.parametrize(
    ("size", "there"),
    [
        ((80, 24), ["#", "client → server", "opening ··· closing", "verdict", "what"]),
        ((160, 50), [column.title for column in COLUMNS if column.title not in ("packets", "handshake")]),
        ((200, 50), [column.title for column in COLUMNS]),
    ],
)
async def test_the_columns_that_a_screen_has_room_for(size: tuple[int, int], there: list[str]) -> None:
    with open_capture(str(CAPTURES / "curl-http.pcap")) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: "GET /" in shown(pilot))
            header, row = next(
                (lines[0], lines[1])
                for lines in zip(shown_lines(pilot), shown_lines(pilot)[1:], strict=False)
                if "client → server" in lines[0]
            )
    assert [title for title in (column.title for column in COLUMNS) if title in header] == [
        title for title in (column.title for column in COLUMNS) if title in there
    ]
    assert "S SA A ··· F FA A" in row
    assert ":43420 → " in row
    assert ":8080 " in row


async def test_the_selection_stays_with_its_connection_when_the_list_is_sorted() -> None:
    with open_capture(str(CAPTURES / "ten-connections.pcap")) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=(160, 50)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, Workbench) and app.model.progress.over)
            listed, rows = table(pilot, "connections"), bench(pilot).connection_rows
            await until(pilot, lambda: listed.key == 0)
            listed.move_to_key(3)
            rows.sort_by(column("#"))
            rows.reverse()
            listed.redraw()
            assert (listed.key, listed.cursor) == (3, len(rows) - 4)
            await until(pilot, lambda: "#▼" in shown(pilot))
