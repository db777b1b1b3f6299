"""Searching: what is asked for, where the cursor goes, and what is said of it."""

import struct
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.conftest import until
from tests.ui.screen import shown
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.bars import key_line
from tui.ui.commands import searching
from tui.ui.tables.cells import text_of
from tui.ui.workbench import Workbench
from tui.views.searching import Match, needles

CAPTURES = Path(__file__).parents[2] / "captures"

KEY_NAMES = {" ": "space", ":": "colon", "/": "slash", "=": "equals_sign", "(": "left_parenthesis"}
MORE_NAMES = {")": "right_parenthesis", "|": "vertical_line", "+": "plus", "$": "dollar_sign", "-": "minus"}


@pytest.fixture(autouse=True)
def _sentences_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said stays until it is seen, however slow the machine is."""
    monkeypatch.setattr(key_line, "SPOKEN_SECONDS", 60.0)


@asynccontextmanager
async def opened(name: str | Path, size: tuple[int, int] = (160, 50)) -> AsyncIterator[tuple[Pilot[None], Workbench]]:
    with open_capture(str(CAPTURES / name)) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=size) as pilot:
            bench = app.screen
            assert isinstance(bench, Workbench)
            await until(pilot, lambda: bench.model.progress.over and bench.packet_table.key is not None)
            yield pilot, bench


async def look_for(pilot: Pilot[None], text: str, *before: str) -> None:
    """Ask for a search, press keys, type a text, and press Enter."""
    names = KEY_NAMES | MORE_NAMES
    await pilot.press("F", *before, *(names.get(letter, letter) for letter in text), "enter")


async def said(pilot: Pilot[None], bench: Workbench, words: str) -> None:
    await until(pilot, lambda: words in bench.key_line.spoken)


async def test_text_is_found_in_the_payload_and_its_bytes_are_marked() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await look_for(pilot, "host:")
        await said(pilot, bench, "found at offset 16 of its payload")
        assert bench.key_line.spoken.startswith("Frame 4:")
        assert bench.packet_table.key == 4
        assert bench.focused is bench.packet_table
        await until(pilot, lambda: bench.inspector.marked_bytes == b"Host:")
        await until(pilot, lambda: bench.inspector.field is not None)
        assert bench.inspector.marked_bytes == b"Host:", "the fields that come later leave the mark alone"


async def test_next_and_previous_go_on_and_round_the_end() -> None:
    async with opened("ten-connections.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        frames = [row for row in range(len(bench.packet_rows)) if b"http/" in payload(bench, row).lower()]
        numbers = [bench.packet_rows.key(row) for row in frames]
        assert len(numbers) > 2
        await look_for(pilot, "http/")
        for number in [*numbers, numbers[0]]:
            await until(pilot, lambda number=number: bench.packet_table.key == number)  # type: ignore[misc]
            await pilot.press("n")
        await until(pilot, lambda: bench.packet_table.key == numbers[1])
        await pilot.press("N", "N")
        await until(pilot, lambda: bench.packet_table.key == numbers[-1])
        await said(pilot, bench, "past the top")


def payload(bench: Workbench, row: int) -> bytes:
    view = bench.packet_rows.view(row)
    return bench.model.frame_bytes(view.row)[1][66:]


async def test_a_narrowed_table_is_searched_alone() -> None:
    async with opened("curl-two-pages.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await look_for(pilot, "there is no such text")
        await said(pilot, bench, f"payload of the {len(bench.packet_rows)} packets shown")
        await pilot.press("enter")
        await look_for(pilot, "there is no such text")
        await said(pilot, bench, f"payload of the {len(bench.packet_rows)} packets shown")
        assert bench.packet_rows.connection == 0


async def test_each_kind_of_search() -> None:
    wishes: list[tuple[tuple[str, ...], str, str]] = [
        ((), "x:48545450", "Frame 4: found"),
        (("tab",), "48 54 54 50", "Frame 4: found"),
        ((), "/h.st/", "is not in the payload of the 12 packets shown"),
        (("tab", "tab"), "H.st", "Frame 4: found"),
        ((), "=teardown", "Frame 10: found"),
        (("tab", "tab", "tab"), "teardown", "Frame 10: found"),
        (("shift+tab", "shift+tab"), "FIN-WAIT", "Frame 10: found"),
    ]
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        for before, text, words in wishes:
            await pilot.press("g")
            await look_for(pilot, text, *before)
            await said(pilot, bench, words)
            found = words.startswith("Frame")
            assert bench.packet_table.key == (int(words.split()[1][:-1]) if found else 1)


async def test_numbers_and_times_are_found_among_the_columns() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        for row in (3, 7):
            time = text_of(bench.packet_rows.cells(row)[1]).strip()
            await look_for(pilot, f"={time}")
            await said(pilot, bench, f"Frame {bench.packet_rows.key(row)}: found")
        length = text_of(bench.packet_rows.cells(3)[8]).strip()
        await look_for(pilot, f"={length}")
        await until(pilot, lambda: bench.packet_table.key == 4)


async def test_in_the_connection_list_its_columns_are_searched() -> None:
    async with opened("ten-connections.pcap") as (pilot, bench):
        texts = [" ".join(str(cell) for cell in bench.connection_rows.cells(row)) for row in range(10)]
        refused = [row for row, text in enumerate(texts) if "refused" in text]
        assert refused
        assert refused[0] > 0
        await look_for(pilot, "refused")
        await said(pilot, bench, f"Connection {bench.connection_rows.key(refused[0])}: found")
        assert bench.connection_table.cursor == refused[0]
        assert bench.focused is bench.connection_table
        assert bench.packet_rows.connection is None


async def test_what_is_wrong_is_said_beside_the_question() -> None:
    wishes: list[tuple[tuple[str, ...], str, str]] = [
        ((), "", "Type what to look for"),
        (("tab",), "474", "Write every byte with two hex digits"),
        (("tab", "tab"), "(a", "No regular expression: missing )"),
    ]
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        for before, text, complaint in wishes:
            await look_for(pilot, text, *before)
            await until(pilot, lambda complaint=complaint: complaint in shown(pilot))  # type: ignore[misc]
            assert bench.search_prompt.display
            assert bench.packet_table.cursor == 0
            await pilot.press("escape")
            assert not bench.search_prompt.display
            assert bench.focused is bench.packet_table


async def test_the_last_searches_come_back_with_their_kind() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await look_for(pilot, "host")
        await look_for(pilot, "4745", "tab")
        await pilot.press("F", "up")
        await until(pilot, lambda: "Search bytes in hex: 4745" in shown(pilot))
        await pilot.press("up")
        await until(pilot, lambda: "Search payload text: host" in shown(pilot))
        await pilot.press("down", "down")
        await until(pilot, lambda: "4745" not in shown(pilot).splitlines()[-1])


async def test_what_is_typed_ahead_of_the_question_is_part_of_the_answer() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        for key in ["F", "h", "o", "s", "t", "enter"]:  # as over a slow line, which delivers many keys at once
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await said(pilot, bench, "Frame 4: found")


async def test_the_question_has_room_on_any_screen() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await pilot.press("F", "h", "o", "s", "t")
        for size in [(1, 1), (300, 2), (2, 40), (40, 12), (80, 24)]:
            await pilot.resize_terminal(*size)
            await pilot.press("tab")
        await until(pilot, lambda: "Search payload text: host" in shown(pilot))
        await pilot.press("enter")
        await said(pilot, bench, "Frame 4: found")


async def test_without_a_search_the_keys_say_so() -> None:
    async with opened("curl-http.pcap", (80, 24)) as (pilot, bench):
        await pilot.press("n")
        assert bench.key_line.spoken == "Nothing was searched for yet; F asks what to look for"


def frame_of(sequence: int, payload: bytes) -> bytes:
    """A record of a pcap file: a segment of 192.0.2.1:1000 to 192.0.2.2:80 in raw IP."""
    tcp = struct.pack(">HHIIBBHHH", 1000, 80, sequence, 1, 5 << 4, 0x18, 64_000, 0, 0)
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 40 + len(payload), 0, 0, 64, 6, 0, b"\xc0\0\2\1", b"\xc0\0\2\2")
    data = ip + tcp + payload
    return struct.pack("<IIII", sequence, 0, len(data), len(data)) + data


def capture_of(path: Path, segments: list[tuple[int, bytes]]) -> Path:
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 101)
    path.write_bytes(header + b"".join(frame_of(*segment) for segment in segments))
    return path


async def test_what_spans_two_segments_is_found_where_it_ends(tmp_path: Path) -> None:
    segments = [(1, b"xxGET /mes"), (11, b"sage"), (1, b"xxGET /mes"), (15, b" now"), (30, b"mes"), (40, b"sage")]
    async with opened(capture_of(tmp_path / "split.pcap", segments)) as (pilot, bench):
        bench.go_to(bench.packet_table)
        await look_for(pilot, "Get /message".lower())
        await said(pilot, bench, "Frame 2: found: its payload continues what begins 8 bytes before it; n next")
        await look_for(pilot, "sage now")
        await said(pilot, bench, "Frame 4: found: its payload continues")
        await look_for(pilot, "message")
        await said(pilot, bench, "Frame 2: ")
        await pilot.press("n")
        await said(pilot, bench, "nowhere else")


async def test_an_expression_that_backtracks_ends_and_leaves_the_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needles, "PATIENCE", 4.0)  # the key comes before the sentence, which a key would take away
    path = capture_of(tmp_path / "a.pcap", [(1, b"b"), (2, b"a" * 1400 + b"b")])
    async with opened(path) as (pilot, bench):
        bench.go_to(bench.packet_table)
        await look_for(pilot, "(a|aa)+$", "tab", "tab")
        await pilot.press("j")
        assert bench.packet_table.cursor == 1, "keys are answered meanwhile"
        await said(pilot, bench, "takes too long")
        assert bench.packet_table.cursor == 1


class SlowSearch:
    """Finds nothing, and waits until it is let go on."""

    def __init__(self) -> None:
        self.gate = threading.Event()

    def __call__(self, rows: object, before: object) -> Iterator[Match]:
        self.gate.wait()
        return iter(())


async def test_a_long_search_says_how_far_it_is_and_escape_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "AT_ONCE", 0.0)
    slow = SlowSearch()
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await pilot.press("enter")
        monkeypatch.setattr(bench.model, "payload_search", lambda needle: slow)
        await look_for(pilot, "host")
        await said(pilot, bench, "Searching “host” … 0%, Esc stops")
        await pilot.press("escape")
        await said(pilot, bench, "The search was stopped")
        assert bench.packet_rows.connection == 0, "Esc has stopped the search, and nothing else"
        slow.gate.set()
        await pilot.press("escape")
        assert bench.packet_rows.connection is None
