"""The dialog that opens something else, with real captures and real interfaces."""

import sys
import threading
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.program import REDIS
from tests.ui.conftest import until
from tests.ui.screen import focused, shown, status, table
from tui.demo import demo_captures
from tui.errors import InputError
from tui.live.interfaces import interfaces
from tui.opening import FileSource, Opener, Source, Terms
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.dialogs.open import OpenDialog
from tui.ui.dialogs.paths import candidates, common_beginning, expanded
from tui.ui.workbench import Workbench


def application(source: Source | None, opener: Opener) -> TcptuiApp:
    return TcptuiApp(None if source is None else opener.open(source), opener=opener.open)


async def dialog(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, OpenDialog) and focused(pilot) == "open-list")


async def loaded(pilot: Pilot[None], name: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, Workbench) and name in status(pilot))
    await until(pilot, lambda: table(pilot, "packets").key is not None)


async def type_path(pilot: Pilot[None], path: str) -> None:
    await pilot.press("tab")
    await until(pilot, lambda: focused(pilot) == "open-entry")
    pilot.app.screen.query_one("#open-entry", Input).value = path
    await pilot.press("enter")


async def test_without_a_capture_the_program_begins_with_the_bundled_ones() -> None:
    opener = Opener(Terms())
    app = application(None, opener)
    async with app.run_test(size=(120, 60)) as pilot:
        await dialog(pilot)
        text = shown(pilot)
        for demo in demo_captures():
            assert demo.name in text
            assert demo.title in text
        assert text.index(demo_captures()[0].name) < text.index("Capture live on an interface")
        await pilot.press("enter")
        await loaded(pilot, demo_captures()[0].name)
        assert opener.session is not None
    opener.close()


async def test_leaving_it_without_a_capture_ends_the_program() -> None:
    app = application(None, Opener(Terms()))
    async with app.run_test(size=(80, 24)) as pilot:
        await dialog(pilot)
        await pilot.press("escape")
    assert app.return_code == 0


async def test_another_file_takes_the_place_of_the_one_that_is_open() -> None:
    opener = Opener(Terms())
    app = application(FileSource(str(REDIS)), opener)
    first = opener.session
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, "redis-ping.pcap")
        await pilot.press("o")
        await dialog(pilot)
        text = shown(pilot)
        for interface in interfaces():
            assert interface.shown_name in text
        await type_path(pilot, str(Path(REDIS).with_name("refused.pcap")))
        await loaded(pilot, "refused.pcap")
        assert opener.session is not first
        assert app.screen_stack[1:] == [app.screen], "no dialog and no earlier screen is left"
        await until(pilot, lambda: "refused" in shown(pilot))
    opener.close()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/no/such/file.pcap", "no such file"),
        ("~no-such-user/a.pcap", "no such file"),
        ("", "Type the path"),
        (__file__, "no capture"),
    ],
    ids=["missing", "no user", "nothing", "foreign"],
)
async def test_what_goes_wrong_is_said_there_and_what_is_open_stays(path: str, words: str) -> None:
    opener = Opener(Terms())
    app = application(FileSource(str(REDIS)), opener)
    first = opener.session
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, "redis-ping.pcap")
        await pilot.press("o")
        await dialog(pilot)
        await type_path(pilot, path)
        await until(pilot, lambda: words.lower() in shown(pilot).lower())
        assert opener.session is first
        await pilot.press("escape")
        await loaded(pilot, "redis-ping.pcap")
    opener.close()


async def test_what_goes_wrong_is_said_also_after_the_dialog_was_left() -> None:
    go_on = threading.Event()

    def fail(source: Source) -> Session:
        go_on.wait(10)
        raise InputError("the disk is [b]on fire")

    opener = Opener(Terms())
    app = TcptuiApp(opener.open(FileSource(str(REDIS))), opener=fail)
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, "redis-ping.pcap")
        await pilot.press("o")
        await dialog(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "Opening" in shown(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Workbench))
        go_on.set()
        await until(pilot, lambda: "the disk is [b]on fire" in shown(pilot))
    opener.close()


@pytest.mark.parametrize("size", [(80, 4), (80, 1), (3, 9), (1, 1)], ids=str)
@pytest.mark.parametrize("key", ["o", "ctrl+p"])
async def test_page_keys_work_in_a_list_that_has_no_room(key: str, size: tuple[int, int]) -> None:
    opener = Opener(Terms())
    app = application(FileSource(str(REDIS)), opener)
    async with app.run_test(size=(80, 24)) as pilot:
        await loaded(pilot, "redis-ping.pcap")
        await pilot.press(key)
        await until(pilot, lambda: any(choices.highlighted is not None for choices in app.screen.query(OptionList)))
        await pilot.resize_terminal(*size)
        await pilot.press("pagedown", "pageup", "down", "escape")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: isinstance(app.screen, Workbench) and "10 frames" in shown(pilot))
    opener.close()


async def test_frames_of_a_live_capture_are_not_lost_without_a_question() -> None:
    asked: list[Source] = []

    def open_source(source: Source, complain: object) -> None:
        asked.append(source)

    app = application(FileSource(str(REDIS)), Opener(Terms()))
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, "redis-ping.pcap")
        await app.push_screen(OpenDialog(open_source, unsaved=1234))
        await dialog(pilot)
        choices = app.screen.query_one("#open-list", OptionList)
        first = choices.highlighted
        await pilot.press("enter")
        await until(pilot, lambda: "Its 1,234 frames are not saved" in shown(pilot))
        await pilot.press("j", "enter", "k")
        await until(pilot, lambda: choices.highlighted == first)
        assert asked == [], "another choice is another question"
        await pilot.press("enter", "enter")
        await until(pilot, lambda: len(asked) == 1)
        assert isinstance(asked[0], FileSource), "one keystroke too many captures nothing"
        await pilot.press("enter")
        await pilot.pause()
        assert len(asked) == 1, "one at a time"


async def test_a_reader_that_was_left_stops_reading() -> None:
    opener = Opener(Terms())
    app = application(FileSource(str(REDIS)), opener)
    async with app.run_test(size=(120, 40)) as pilot:
        await loaded(pilot, "redis-ping.pcap")
        earlier = app.model.pipeline
        await pilot.press("o")
        await dialog(pilot)
        await type_path(pilot, str(Path(REDIS).with_name("curl-http.pcap")))
        await loaded(pilot, "curl-http.pcap")
        earlier.join(10)
        assert not earlier.is_alive()
        assert app.model.pipeline is not earlier
    opener.close()


def test_a_program_that_cannot_open_anything_is_told_so() -> None:
    def refuse(source: Source) -> Session:
        raise AssertionError("nothing is to be opened")

    app = TcptuiApp(None, opener=None)
    reasons: list[str] = []
    app.open(FileSource("x"), reasons.append)
    assert reasons == ["Nothing else can be opened from here."]


def test_paths_are_completed_as_a_shell_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ["first.pcap", "first.pcapng", ".hidden", "bad\x1bname", "other"]:
        (tmp_path / name).touch()
    (tmp_path / "folder").mkdir()
    start = f"{tmp_path}/"
    assert candidates(f"{start}fi") == [f"{start}first.pcap", f"{start}first.pcapng"]
    assert candidates(start) == [f"{start}{name}" for name in ["first.pcap", "first.pcapng", "folder/", "other"]]
    assert candidates(f"{start}.h") == [f"{start}.hidden"]
    assert candidates("/no/such/folder/x") == []
    assert common_beginning(candidates(f"{start}fi"), "x") == f"{start}first.pcap"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert candidates("~/o") == ["~/other"]
    assert expanded("~/other") == f"{start}other"
    assert expanded("-") == "./-", "standard input is taken"


async def test_tab_completes_a_path_and_then_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "capture.pcap").touch()
    app = application(None, Opener(Terms()))
    async with app.run_test(size=(100, 40)) as pilot:
        await dialog(pilot)
        await pilot.press("tab", "c", "a", "tab")
        await until(pilot, lambda: app.screen.query_one("#open-entry", Input).value == "capture.pcap")
        await pilot.press("tab")
        await until(pilot, lambda: focused(pilot) == "open-list")


@pytest.mark.skipif(sys.platform != "linux", reason="the interface is called lo on Linux")
async def test_an_interface_that_cannot_be_opened_is_explained() -> None:
    opener = Opener(Terms(filter="no such word"))
    app = TcptuiApp(Opener(Terms()).open(FileSource(str(REDIS))), opener=opener.open)
    async with app.run_test(size=(120, 60)) as pilot:
        await loaded(pilot, "redis-ping.pcap")
        await pilot.press("o")
        await dialog(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "syntax error" in shown(pilot))
