"""Explanation, fields and bytes of what is looked at, with real captures and the real dissector."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tests.ui.conftest import until
from tests.ui.screen import shown, shown_lines
from tui.dissection import NOT_INSTALLED, Dissection, Dissector
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.inspector.bytes_view import BytesView
from tui.ui.inspector.fields import Fields
from tui.ui.inspector.inspector import WAITING_SECONDS, Inspector
from tui.ui.model import Model

HTTP = str(Path(__file__).parents[2] / "captures/curl-http.pcap")
COLUMN, LOW, WIDE = (54, 48), (80, 10), (160, 16)
"""Sizes at which the three stand below each other, one or two at a time, and side by side."""

REQUEST = 3
"""Row of the segment with the HTTP request."""

ANSWER = 5
"""Row of the segment with the answer, which is longer."""


class Bench(App[None]):
    """An inspector and nothing else."""

    CSS = ".pane { border-top: solid $foreground 25%; }"

    def __init__(self, model: Model, dissector: Dissector | None) -> None:
        super().__init__()
        self.inspector = Inspector(model.told, model.frame_bytes, dissector)

    def compose(self) -> ComposeResult:
        yield self.inspector


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with open_capture(HTTP) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        yield Model(session)


@asynccontextmanager
async def bench(
    model: Model, size: tuple[int, int], dissector: Dissector | None = None
) -> AsyncIterator[tuple[Pilot[None], Inspector]]:
    app = Bench(model, dissector)
    async with app.run_test(size=size) as pilot:
        app.set_focus(None)
        yield pilot, app.inspector


async def look_at(pilot: Pilot[None], inspector: Inspector, model: Model, row: int) -> None:
    inspector.show(model.frame(row))
    await until(pilot, lambda: inspector.field is not None)


async def come_to(pilot: Pilot[None], inspector: Inspector, key: str) -> None:
    """Move the cursor of the fields down to a field."""
    for _ in range(60):
        await pilot.press("j")
        if inspector.field is not None and inspector.field.key == key:
            await pilot.pause()
            return
    raise AssertionError(f"no field {key}")


async def test_a_segment_is_told_with_states_numbers_and_options(model: Model) -> None:
    async with bench(model, (54, 100)) as (pilot, inspector):
        await look_at(pilot, inspector, model, 1)
        for words in (
            *("▲ handshake 2/3", "SYN-SENT → ESTABLISHED  assumed", "LISTEN → SYN-RECEIVED  proved"),
            *("S.  SYN, ACK", "MSS 65,495 · scale 10", "SACK permitted", "1052466928  rel. 0"),
        ):
            assert words in shown(pilot)
        await look_at(pilot, inspector, model, REQUEST)
        assert "stays ESTABLISHED  proved" in shown(pilot)


async def test_choosing_a_field_marks_its_bytes(model: Model) -> None:
    async with bench(model, COLUMN) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        inspector.query_one(Fields).focus()
        await come_to(pilot, inspector, "TCP.dport")
        assert inspector.marked_bytes == (8080).to_bytes(2, "big")
        await come_to(pilot, inspector, "Payload.line")
        assert inspector.marked_bytes == b"GET / HTTP/1.1\r\n"
        assert "GET /" in shown(pilot).partition("Bytes")[2], "its bytes are brought into view"


class FallsSilent(Dissector):
    """Answers one question and no more."""

    answered = False

    def ask(self, key: int, link_type: int, data: bytes, callback: Callable[[Dissection], object]) -> None:
        if not self.answered:
            self.answered = True
            super().ask(key, link_type, data, callback)


async def test_fields_of_an_earlier_frame_do_not_stay_while_the_cursor_goes_on_and_on(model: Model) -> None:
    async with bench(model, COLUMN, FallsSilent()) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        rows = cycle((REQUEST + 1, REQUEST))

        def goes_on() -> bool:
            inspector.show(model.frame(next(rows)))
            return "Dissecting" in shown(pilot)

        await until(pilot, goes_on)
        inspector.show("No packet.")
        await pilot.pause(WAITING_SECONDS * 1.5)
        assert "A packet has fields" in shown(pilot), "nothing is waited for any more"


async def test_choosing_a_byte_marks_its_innermost_field(model: Model) -> None:
    async with bench(model, COLUMN) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        bytes_view = inspector.query_one(BytesView)
        bytes_view.focus()
        await pilot.press("g")
        await until(pilot, lambda: inspector.field is not None and inspector.field.key == "Ether.dst")
        assert "Destination" in shown(pilot), "what was folded away is unfolded"
        assert bytes_view.marked == range(6)
        await pilot.press(*["right"] * 7, "left")
        await until(pilot, lambda: inspector.field is not None and inspector.field.key == "Ether.src")
        assert (bytes_view.cursor, bytes_view.marked) == (6, range(6, 12))
        await pilot.press("G")
        await until(pilot, lambda: inspector.field is not None and inspector.field.key == "Payload.line")
        assert bytes_view.cursor == len(bytes_view.data) - 1


async def test_what_is_folded_and_chosen_stays_so_in_the_next_frame(model: Model) -> None:
    async with bench(model, (54, 120)) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        inspector.query_one(Fields).focus()
        assert "▸ IPv4" in shown(pilot)
        await pilot.press("k", "right")
        assert "▾ IPv4" in shown(pilot)
        await come_to(pilot, inspector, "TCP.window")
        inspector.show(model.frame(REQUEST + 1))
        number = str(model.frame(REQUEST + 1).raw_seq)  # type: ignore[attr-defined]  # it is a segment
        await until(pilot, lambda: number in shown(pilot).partition("Fields")[2])
        assert "▾ IPv4" in shown(pilot)
        assert inspector.field is not None
        assert inspector.field.key == "TCP.window"
        await pilot.press("left", "left")
        assert "▸ TCP" in shown(pilot)
        await pilot.press("enter")
        assert "▾ TCP" in shown(pilot)


async def test_what_is_seen_of_the_bytes_does_not_depend_on_what_was_read_before(model: Model) -> None:
    async with bench(model, COLUMN) as (pilot, inspector):
        bytes_view = inspector.query_one(BytesView)
        await look_at(pilot, inspector, model, REQUEST)
        top = bytes_view.top
        for row, lines in ((ANSWER, 100), (REQUEST, 0)):
            inspector.show(model.frame(row))
            await until(pilot, lambda: inspector._answered == inspector._asked)
            bytes_view.scroll_by(lines)
        assert bytes_view.top == top


async def test_where_there_is_little_room_only_what_is_read_is_shown(model: Model) -> None:
    async with bench(model, LOW) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        assert "● data" in shown(pilot)
        assert "Fields" not in shown(pilot)
        for pane in inspector.panes[1:]:
            pilot.app.set_focus(pane)
            await until(pilot, lambda: "Fields" in shown(pilot) and "Bytes" in shown(pilot))
            assert pilot.app.focused is pane
            assert "● data" not in shown(pilot)
            await until(pilot, lambda: "0020  00 01" in shown(pilot))  # the TCP header, which is marked
        pilot.app.set_focus(None)
        await until(pilot, lambda: "● data" in shown(pilot))


@pytest.mark.parametrize(("size", "count"), [(WIDE, 16), (COLUMN, 8), ((30, 40), 4)])
async def test_lines_hold_as_many_bytes_as_there_is_room_for(model: Model, size: tuple[int, int], count: int) -> None:
    async with bench(model, size) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        inspector.query_one(BytesView).move_to(0)
        await until(pilot, lambda: any(f"{count:04x}  " in line for line in shown_lines(pilot)))
        assert inspector.query_one(BytesView).a_line == count


async def test_a_click_chooses_the_byte_in_digits_and_in_text(model: Model) -> None:
    async with bench(model, WIDE) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        bytes_view = inspector.query_one(BytesView)
        await pilot.click(bytes_view, offset=(6 + 3 * 9 + 1, 3))
        assert bytes_view.cursor == 0x29
        await pilot.click(bytes_view, offset=(6 + 49 + 1 + 5, 2))
        await until(pilot, lambda: bytes_view.cursor == 0x15)


async def test_without_a_field_tree_the_bytes_are_shown(model: Model) -> None:
    class Missing(Dissector):
        def __init__(self) -> None:
            super().__init__(["/bin/sh", "-c", 'echo \'{"missing": "scapy"}\''])

    async with bench(model, COLUMN, Missing()) as (pilot, inspector):
        inspector.show(model.frame(REQUEST))
        await until(pilot, lambda: NOT_INSTALLED[:30] in shown(pilot))
        assert "47 45 54 20" in shown(pilot)


async def test_a_connection_and_a_sentence_have_no_fields(model: Model) -> None:
    async with bench(model, COLUMN) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        connection = model.connection(0)
        assert connection is not None
        inspector.show(connection)
        await until(pilot, lambda: "Connection 0: closed" in shown(pilot))
        assert "A packet has fields" in shown(pilot)
        assert inspector.field is None
        assert inspector.marked_bytes == b""
        inspector.show("Nothing is selected.")
        await until(pilot, lambda: "Nothing is selected." in shown(pilot))


async def test_frames_that_are_gone_say_so(model: Model) -> None:
    class Emptied(Model):
        def frame_bytes(self, row: int) -> tuple[int, bytes]:
            return 1, b""

    emptied = Emptied(model._session)
    async with bench(emptied, COLUMN) as (pilot, inspector):
        inspector.show(emptied.frame(REQUEST))
        await until(pilot, lambda: shown(pilot).count("The bytes of this frame are gone") == 2)


async def test_a_frame_of_64_kilobytes_draws_what_is_seen(model: Model) -> None:
    async with bench(model, COLUMN) as (pilot, inspector):
        bytes_view = inspector.query_one(BytesView)
        drawn: list[int] = []
        draw = bytes_view.draw_line
        bytes_view.draw_line = lambda line: drawn.append(line) or draw(line)  # type: ignore[method-assign,func-returns-value]
        bytes_view.show(bytes(range(256)) * 256)
        bytes_view.move_to(65_535)
        await until(pilot, lambda: "ffff" not in shown(pilot) and "fff8" in shown(pilot))
        assert len(set(drawn)) <= 3 * bytes_view.visible_lines


async def test_marks_are_seen_without_colours(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with bench(model, COLUMN) as (pilot, inspector):
        await look_at(pilot, inspector, model, REQUEST)
        bytes_view = inspector.query_one(BytesView)
        bytes_view.focus()
        await pilot.press("g")
        await until(pilot, lambda: bytes_view.marked == range(6))
        segments = bytes_view.draw_line(0)
        styles = {segment.text.strip(): segment.style for segment in segments if segment.style}
        assert styles["00"].reverse, "the cursor"
        assert styles["00 00 00 00 00"].underline, "the bytes of the field"
