"""The page that follows a stream."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.program import CAPTURES
from tests.ui.conftest import until
from tests.ui.screen import focused, shown, shown_lines, table
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.stream.page import StreamPage
from tui.views.streams import Passages


@contextmanager
def following(name: str) -> Iterator[TcptuiApp]:
    with open_capture(str(CAPTURES / f"{name}.pcap")) as capture:
        yield TcptuiApp(Session(capture))


async def opened(pilot: Pilot[None], words: str) -> StreamPage:
    """The page over the first connection, once it shows some words."""
    await until(pilot, lambda: table(pilot, "packets").key is not None and focused(pilot) == "connections")
    await pilot.press("f")
    await until(pilot, lambda: isinstance(pilot.app.screen, StreamPage) and words in shown(pilot))
    page = pilot.app.screen
    assert isinstance(page, StreamPage)
    return page


async def test_both_sides_speak_in_turns_with_frames_and_times() -> None:
    with following("curl-http") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            await opened(pilot, "> GET / HTTP/1.1")
            lines = [line.rstrip() for line in shown_lines(pilot)]
            assert lines[0].startswith(" Frame 4 · Stream of connection 0 · both sides: → 78 B ← 262 B")
            assert lines[1] == "→ client 127.0.0.1:43420 · 78 bytes · frame 4 · 0.000565 s"
            assert lines[7] == "← server 127.0.0.1:8080 · 262 bytes · 2 frames, 6 to 8 · 0.006202 s"
            assert "< HTTP/1.0 200 OK" in lines
            assert "→ client has closed its side (FIN) after 78 bytes · frame 10 · 0.006416 s" in lines


async def test_one_side_alone_and_both_again() -> None:
    with following("curl-http") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            await opened(pilot, "> GET / HTTP/1.1")
            await pilot.press("s")
            await until(pilot, lambda: "> GET" not in shown(pilot) and "< HTTP/1.0" in shown(pilot))
            await pilot.press("c")
            await until(pilot, lambda: "> GET" in shown(pilot) and "< HTTP/1.0" not in shown(pilot))
            await pilot.press("b")
            await until(pilot, lambda: "> GET" in shown(pilot) and "< HTTP/1.0" in shown(pilot))


async def test_hex_and_escaped_bytes_with_the_cursor_on_the_same_bytes() -> None:
    with following("curl-http") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            page = await opened(pilot, "> GET / HTTP/1.1")
            await pilot.press(*["j"] * 8)
            await until(pilot, lambda: page.view.row is not None and page.view.row.text.startswith("Server:"))
            await pilot.press("h")
            await until(pilot, lambda: "> 00000000  47 45 54 20 2f 20 48 54  54 50" in shown(pilot))
            assert page.view.row is not None
            assert "Server: S" in page.view.row.text or "0010" in page.view.row.text
            await pilot.press("r")
            await until(pilot, lambda: "> GET / HTTP/1.1\\r\\n" in shown(pilot))
            await pilot.press("t")
            await until(pilot, lambda: "> GET / HTTP/1.1 " in shown(pilot))


async def test_a_line_leads_to_its_frame_and_a_packet_to_its_bytes() -> None:
    with following("reset-abort") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            await opened(pilot, "> Tell me all!")
            await pilot.press("right_square_bracket", "enter")
            await until(pilot, lambda: focused(pilot) == "packets" and table(pilot, "packets").key == 6)
            table(pilot, "packets").move_to_key(24)
            await pilot.press("f")
            await until(pilot, lambda: isinstance(app.screen, StreamPage))
            page = app.screen
            assert isinstance(page, StreamPage)
            await until(pilot, lambda: page.view.row is not None and page.view.row.start > 1000)
            await pilot.press("escape")
            await until(pilot, lambda: focused(pilot) == "packets")


async def test_the_mouse_chooses_a_line_and_then_goes_to_its_frame() -> None:
    with following("curl-http") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            page = await opened(pilot, "< HTTP/1.0")
            await pilot.click(page.view, offset=(5, 8))
            await until(pilot, lambda: shown_lines(pilot)[0].startswith(" Frame 6 "))
            await pilot.click(page.view, offset=(5, 8))
            await until(pilot, lambda: table(pilot, "packets").key == 6)


async def test_a_text_is_found_again_and_again() -> None:
    with following("curl-http") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            page = await opened(pilot, "> GET / HTTP/1.1")
            await pilot.press("slash", *"http", "enter")
            await until(pilot, lambda: page.view.row is not None and page.view.row.text == "GET / HTTP/1.1")
            await pilot.press("n")
            await until(pilot, lambda: page.view.row is not None and page.view.row.text.startswith("HTTP/1.0"))
            await pilot.press("N")
            await until(pilot, lambda: page.view.row is not None and page.view.row.text == "GET / HTTP/1.1")
            await pilot.press("slash", *"nowhere", "enter")
            await until(pilot, lambda: "No further" in shown(pilot))


async def test_a_file_is_written_and_replaced_only_when_that_is_wished(tmp_path: Path) -> None:
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        with following("curl-http") as app:
            async with app.run_test(size=(110, 30)) as pilot:
                await opened(pilot, "> GET / HTTP/1.1")
                await pilot.press("s", "w", "enter")
                path = tmp_path / "stream-0-server.bin"
                await until(pilot, lambda: "Wrote 262 bytes" in shown(pilot))
                assert path.read_bytes().startswith(b"HTTP/1.0 200 OK\r\n")
                path.write_bytes(b"mine")
                await pilot.press("w", "enter")
                await until(pilot, lambda: "exists. Replace it? [y/N]" in shown(pilot))
                await pilot.press("enter")
                await until(pilot, lambda: "Nothing was written" in shown(pilot))
                assert path.read_bytes() == b"mine"
                await pilot.press("w", "enter", "y", "enter")
                await until(pilot, lambda: path.read_bytes() != b"mine")
                await pilot.press("b", "W", "enter")
                await until(pilot, (tmp_path / "stream-0.txt").exists)
                text = (tmp_path / "stream-0.txt").read_text()
                assert "→ client 127.0.0.1:43420" in text
                assert "< HTTP/1.0 200 OK\n" in text
    finally:
        os.chdir(before)


@pytest.mark.parametrize("leaving", ["escape", "ctrl+c"])
async def test_leaving_while_a_file_is_written_leaves_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, leaving: str
) -> None:
    go_on = threading.Event()
    with following("curl-http") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            page = await opened(pilot, "> GET / HTTP/1.1")

            def slowly(_: Passages, __: int, ___: int, length: int) -> bytes:
                go_on.wait(5)
                return bytes(length)

            monkeypatch.setattr(Passages, "read", slowly)
            page._begin_saving(str(tmp_path / "stream.bin"), None, replace=False)
            assert [path.name for path in tmp_path.iterdir()] == ["stream.bin.part"]
            threading.Timer(0.2, go_on.set).start()
            await pilot.press(leaving)
            if leaving == "escape":
                await until(pilot, lambda: "Cancelled; nothing was written" in shown(pilot))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "complaint"),
    [("nowhere/a.bin", "can't be written"), ("/dev/full", "no ordinary file"), (".", "is a folder")],
)
async def test_where_no_file_can_be_made_that_is_said(name: str, complaint: str) -> None:
    with following("curl-http") as app:
        async with app.run_test(size=(160, 30)) as pilot:
            await opened(pilot, "> GET / HTTP/1.1")
            await pilot.press("w", "ctrl+u")
            await pilot.press(*name, "enter")
            await until(pilot, lambda: complaint in shown(pilot))
            await pilot.press("escape")
            await until(pilot, lambda: focused(pilot) == "stream")


async def test_no_data_at_all_is_said() -> None:
    with following("refused") as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot, "has reset the connection (RST)")
            await pilot.press("c")
            await until(pilot, lambda: "The client has not sent any data so far" in shown(pilot))
            await pilot.press("w")
            await until(pilot, lambda: "There are no bytes to save" in shown(pilot))


async def test_it_grows_with_the_capture_and_stays_where_it_is_read(tmp_path: Path) -> None:
    content = (CAPTURES / "reset-abort.pcap").read_bytes()
    read, write = os.pipe()
    kept = os.dup(0)
    os.dup2(read, 0)
    os.close(read)
    try:
        os.write(write, content[:6000])
        with open_capture("-") as capture:
            app = TcptuiApp(Session(capture))
            async with app.run_test(size=(110, 30)) as pilot:
                await until(pilot, lambda: table(pilot, "packets").key is not None)
                await pilot.press("f")
                await until(pilot, lambda: "> Tell me all!" in shown(pilot))
                page = app.screen
                assert isinstance(page, StreamPage)
                await pilot.press("g", "j")
                os.write(write, content[6000:])
                os.close(write)
                write = -1
                await until(pilot, lambda: "← 14.5 kB" in shown(pilot))
                assert page.view.row is not None
                assert page.view.row.text == "Tell me all!"
                await pilot.press("G")
                await until(pilot, lambda: "has reset the connection (RST)" in shown(pilot))
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        if write >= 0:
            os.close(write)


async def test_no_size_crashes() -> None:
    with following("lossy") as app:
        async with app.run_test(size=(110, 30)) as pilot:
            page = await opened(pilot, "Stream of connection 0 · both")
            for size in [(1, 1), (300, 100), (2, 40), (300, 2), (40, 12)]:
                await pilot.resize_terminal(*size)
                await pilot.press(
                    "h", "pagedown", "r", "G", "ctrl+u", "t", "s", "b", "w", "escape", "g", "question_mark"
                )
                await pilot.press("escape")
            await pilot.resize_terminal(80, 24)
            await until(pilot, lambda: "Esc Back" in shown(pilot))
            assert page.view.row is not None


async def test_what_is_wrong_with_an_answer_is_shown_in_full_beside_what_was_typed() -> None:
    with following("curl-http") as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await opened(pilot, "> GET / HTTP/1.1")
            await pilot.press("w", "ctrl+u", *"/dev/full", "enter")
            await until(pilot, lambda: "/dev/full is no ordinary file; give another name." in shown(pilot))
            assert "Save the bytes of both sides to: /dev/full" in shown(pilot)
            await pilot.press("backspace")
            await until(pilot, lambda: "ordinary" not in shown(pilot))
            assert shown_lines(pilot)[-1].startswith(" Save the bytes of both sides to: /dev/ful")
