"""The export dialog, with real captures: what it offers, what it writes, and that nothing is lost by it."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from tests.export.sessions import LOSSY, TEN, all_rows, content, session_of
from tests.program import objects, succeed
from tests.ui.conftest import until
from tests.ui.screen import focused, shown, table
from tui.export import rows as export_rows
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.dialogs.export import ExportDialog, Press
from tui.ui.exporting import kinds
from tui.ui.exporting.job import Job
from tui.ui.exporting.kinds import KINDS
from tui.ui.exporting.names import suggested, with_ending
from tui.ui.exporting.selections import measured
from tui.ui.workbench import Workbench

EVERYTHING = "end"


@pytest.fixture(autouse=True)
def _in_an_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@contextmanager
def over(path: Path) -> Iterator[TcptuiApp]:
    with open_capture(str(path)) as capture:
        yield TcptuiApp(Session(capture))


async def opened(pilot: Pilot[None]) -> None:
    """The dialog is there, and has counted."""
    if isinstance(pilot.app.screen, Workbench):
        await until(pilot, lambda: table(pilot, "packets").key is not None and focused(pilot) == "connections")
        await pilot.press("w")
    await until(pilot, lambda: isinstance(pilot.app.screen, ExportDialog) and ", about" in shown(pilot))


async def written(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, Workbench))
    await until(pilot, lambda: "Wrote" in shown(pilot))


def files() -> list[str]:
    return sorted(os.listdir())  # noqa: PTH208


async def test_four_keys_write_the_connection_in_use() -> None:
    with over(TEN) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot)
            assert "12 frames of 1 connection, about 1.6 kB" in shown(pilot)
            await pilot.press("enter", "enter", "enter")
            await written(pilot)
            assert "Wrote 12 frames, 1.6 kB, to ten-connections-connection-0.pcapng" in shown(pilot)
    assert files() == ["ten-connections-connection-0.pcapng"]
    numbers = [value["frame"] for value in objects(succeed("-r", TEN, "--json", "packets")) if not value["connection"]]
    whole = content(TEN)
    assert [frame[:3] for frame in content(files()[0])] == [whole[number - 1][:3] for number in numbers]


def test_every_format_is_written_as_large_as_it_was_said() -> None:
    with session_of(TEN) as session:
        amount = measured(session, all_rows(session))
        for place, kind in enumerate(KINDS):
            job: Job[int] = Job(lambda job: 0)
            path = f"{place}{kind.ending}"
            assert kind.refusal(amount) == ""
            assert kind.write(session, amount, path, False, job) == kind.count(amount) > 0
            assert job.done == kind.steps(amount)
            said = re.search(r"about ([\d.]+) kB", kind.words_for(amount))
            assert said is not None
            assert 0.5 < float(said[1]) * 1000 / Path(path).stat().st_size < 2
    assert len(content("0.pcapng")) == len(content("1.pcapng")) == len(content("2.pcap")) == len(content(TEN))
    assert len(objects(Path("5.jsonl").read_bytes())) == 10


async def test_the_last_format_comes_first_next_time() -> None:
    with over(TEN) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot)
            await pilot.press(EVERYTHING, "enter", "down", "down", "down")
            assert app.screen.query_one("#export-entry", Input).value == "ten-connections.md"
            await pilot.press("enter", "enter")
            await written(pilot)
            await pilot.press("w")
            await opened(pilot)
            assert app.screen.query_one("#export-form", OptionList).highlighted == 3
    assert Path("ten-connections.md").read_text().count("### Ladder") == 10


async def test_the_marked_and_the_shown_frames() -> None:
    with over(LOSSY) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: table(pilot, "packets").key is not None)
            await pilot.press("enter", "down", "m", "down", "down", "m")
            await pilot.press("w")
            await opened(pilot)
            assert "The 2 marked frames" in shown(pilot)
            await pilot.press("enter", "enter", "enter")
            await written(pilot)
            await pilot.press("w")
            await opened(pilot)
            await pilot.press("g", "enter", "enter", "enter")
            await until(pilot, lambda: "Wrote 1 frame," in shown(pilot))
            await pilot.press("w")
            await opened(pilot)
            await pilot.press("g", "down", "down")
            await until(pilot, lambda: "140 frames of 1 connection" in shown(pilot))
    whole = [frame[:3] for frame in content(LOSSY)]
    assert [frame[:3] for frame in content("lossy-marked.pcapng")] == [whole[1], whole[3]]
    assert [frame[:3] for frame in content("lossy-frame-4.pcapng")] == [whole[3]]


async def test_an_existing_file_is_replaced_only_after_a_yes() -> None:
    Path("old.pcapng").write_text("precious")
    with over(TEN) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot)
            await pilot.press("enter", "enter")
            app.screen.query_one("#export-entry", Input).value = "old.pcapng"
            for refusal in ("n", "enter", "escape"):
                await pilot.press("enter")
                await until(pilot, lambda: "old.pcapng exists. Replace it?" in shown(pilot))
                await pilot.press(refusal)
                await until(pilot, lambda: "It is left as it is" in shown(pilot) and focused(pilot) == "export-entry")
                assert Path("old.pcapng").read_text() == "precious"
            await pilot.press("enter")
            await until(pilot, lambda: focused(pilot) == "export-question")
            await pilot.press("y")
            await written(pilot)
    assert len(content("old.pcapng")) == 12
    assert files() == ["old.pcapng"]


REFUSED = {
    "nowhere/x.pcapng": "can't be made: nowhere is no folder",
    "": "Type the path of the file to write",
    "folder/": "names a folder",
    "folder": "names a folder",
    "x.pcap": "This ending asks for pcap; give a name that ends in .pcapng",
    "source.pcapng": "is the capture that is open",
}
"""What is said where nothing can be written to a path."""


async def test_what_cannot_be_written_is_said_and_another_name_can_be_given() -> None:
    Path("folder").mkdir()
    source = shutil.copy(TEN, "source.pcapng")
    with over(Path(source)) as app:
        async with app.run_test(size=(100, 24)) as pilot:
            await opened(pilot)
            await pilot.press("enter", "enter")
            entry = app.screen.query_one("#export-entry", Input)
            for path, words in REFUSED.items():
                app.screen.query_one("#export-message", Static).update("")
                entry.value = path
                await pilot.press("enter")
                await until(pilot, lambda words=words: words in shown(pilot))  # type: ignore[misc]
                assert files() == ["folder", source]
            entry.value = "good.pcapng"
            await pilot.press("enter")
            await written(pilot)
    assert Path(source).read_bytes() == TEN.read_bytes()


async def test_too_many_connections_for_a_ticket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "MOST_IN_A_TICKET", 9)
    with over(TEN) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot)
            await pilot.press(EVERYTHING, "enter", "down", "down", "down")
            await until(pilot, lambda: "Markdown is for 9 connections at most" in shown(pilot))
            await pilot.press("enter", "enter")
            await until(pilot, lambda: shown(pilot).count("Markdown is for 9 connections at most") == 2)
    assert files() == []


@pytest.mark.parametrize("leaving", ["escape", "ctrl+c"])
async def test_stopping_leaves_no_file(monkeypatch: pytest.MonkeyPatch, leaving: str) -> None:
    go_on = threading.Event()
    with over(LOSSY) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot)
            session = app.screen._exporter._session  # type: ignore[attr-defined]
            read_at = session.capture.read_at

            def slowly(offset: int, length: int) -> bytes:
                go_on.wait(5)
                data: bytes = read_at(offset, length)
                return data

            monkeypatch.setattr(export_rows, "PIECE", 4000)
            monkeypatch.setattr(session.capture, "read_at", slowly)
            await pilot.press("enter", "enter", "enter")
            await until(pilot, lambda: "Writing" in shown(pilot) and files() == ["lossy-connection-0.pcapng.part"])
            threading.Timer(0.2, go_on.set).start()
            await pilot.press(leaving)
            if leaving == "escape":
                await until(pilot, lambda: "Stopped; nothing was written." in shown(pilot))
                assert files() == []
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(app.screen, Workbench))
    assert files() == []


async def test_the_mouse_alone_is_enough() -> None:
    with over(TEN) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot)
            await pilot.click("#export-what", offset=(5, 6))
            await until(pilot, lambda: focused(pilot) == "export-form")
            await pilot.click("#export-form", offset=(5, 3))
            await until(pilot, lambda: focused(pilot) == "export-entry")
            await pilot.click(Press)
            await written(pilot)
    assert files() == ["ten-connections.pcap"]


async def test_no_size_crashes() -> None:
    with over(TEN) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot)
            for size in [(1, 1), (2, 40), (200, 2), (40, 12), (80, 24)]:
                await pilot.resize_terminal(*size)
                await pilot.press("pagedown", "tab", "pageup", "shift+tab")
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, Workbench))


def test_a_name_is_made_of_what_is_written(tmp_path: Path) -> None:
    assert suggested("/x/a b.pcap.gz", "connection-3", ".pcapng") == "a-b-connection-3.pcapng"
    assert suggested("standard input", "", ".csv") == "standard-input.csv"
    assert suggested("", "", ".csv") == "capture.csv"
    Path("capture.csv").touch()
    Path("capture-2.csv").symlink_to("nowhere")
    assert suggested("..", "", ".csv") == "capture-3.csv"


def test_a_typed_name_keeps_its_stem_when_the_format_changes() -> None:
    assert with_ending("/tmp/x.pcapng", ".csv") == "/tmp/x.csv"
    assert with_ending("x.y", ".csv") == "x.y"
    assert with_ending("x", ".csv") == "x"
