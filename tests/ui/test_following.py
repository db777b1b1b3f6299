"""Following what arrives live, and pausing that."""

import os
import socket
import sys
import time
from contextlib import suppress

import pytest
from textual.pilot import Pilot

from tests.ui.conftest import until
from tests.ui.fakes import PERIOD, FakeCapture, FakeLive, FakeSession
from tests.ui.screen import shown, status, table
from tui.opening import LiveSource, Terms, open_session
from tui.ui.app import TcptuiApp
from tui.ui.workbench import Workbench

LIVE_LATENCY = 1.0
"""Seconds from a packet to its row, on a busy machine; 0.1 where it has nothing else to do."""

pytestmark = pytest.mark.usefixtures("fake_views")


class Growing:
    """An app over a fake capture that grows when it is told to."""

    def __init__(self, capture: FakeCapture, rows: int = PERIOD * 30) -> None:
        self.fake = FakeSession(rows=rows, capture=capture)
        self.app = TcptuiApp(self.fake.session)

    @property
    def bench(self) -> Workbench:
        """The main screen."""
        assert isinstance(self.app.screen, Workbench)
        return self.app.screen

    async def begun(self, pilot: Pilot[None]) -> None:
        """Wait for the first rows."""
        await until(pilot, lambda: self.app.model.progress.rows > 0)
        self.bench.go_to(self.bench.connection_table)

    async def more(self, pilot: Pilot[None], rows: int = PERIOD) -> tuple[int, int]:
        """Let rows arrive; the cursors of both tables then."""
        self.fake.store.rows += rows
        self.fake.step.release()
        await until(pilot, lambda: self.app.model.progress.rows == self.fake.store.rows)
        await pilot.pause()
        return self.bench.connection_table.cursor, self.bench.packet_table.cursor

    @property
    def last(self) -> tuple[int, int]:
        """The last rows of both tables."""
        return self.fake.store.rows // PERIOD - 1, self.fake.store.rows - 1


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="capturing needs Linux and root")
async def test_packets_of_an_interface_appear_at_once_and_are_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # this one looks at a real session
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        session = open_session(LiveSource(("lo",)), Terms(filter=f"port {port}"))
        try:
            app = TcptuiApp(session)
            async with app.run_test(size=(160, 40)) as pilot:
                await until(pilot, lambda: f"Try in another window:  exec 6<>/dev/tcp/127.0.0.1/{port}" in shown(pilot))
                began = time.monotonic()
                with socket.create_connection(("127.0.0.1", port)):
                    await until(pilot, lambda: "▲ handshake 3/3" in shown(pilot))
                    assert time.monotonic() - began < LIVE_LATENCY
                    accepted, _ = server.accept()
                    accepted.close()
                    await until(pilot, lambda: "▼ teardown 2/4" in shown(pilot))
                await until(pilot, lambda: "▼ teardown 4/4" in shown(pilot))
                packets = table(pilot, "packets")
                assert packets.cursor == session.store.value("number", len(session.store) - 1) - 1
                assert "1 connection │" in status(pilot)
        finally:
            session.capture.close()


@pytest.mark.parametrize("capture", [FakeLive(), FakeCapture(name="-", growing=True)], ids=["live", "pipe"])
async def test_a_stream_is_followed_from_the_start(capture: FakeCapture) -> None:
    growing = Growing(capture)
    async with growing.app.run_test(size=(120, 40)) as pilot:
        await growing.begun(pilot)
        assert await growing.more(pilot) == growing.last
        assert "following" in status(pilot)
        await until(pilot, lambda: f"{2 * growing.fake.store.rows - 1} " in shown(pilot))


async def test_moving_up_stops_one_table_and_space_all_of_them() -> None:
    growing = Growing(FakeLive())
    async with growing.app.run_test(size=(120, 40)) as pilot:
        await growing.begun(pilot)
        await pilot.press("k")
        connections, packets = await growing.more(pilot)
        assert (connections, packets) == (growing.last[0] - 2, growing.last[1])
        assert "paused" in status(pilot)
        await pilot.press("space")
        assert await growing.more(pilot) == growing.last
        await pilot.press("space")
        paused_at = growing.last
        top = growing.bench.packet_table.scroll_offset.y
        assert await growing.more(pilot, PERIOD * 90) == paused_at
        assert growing.bench.packet_table.scroll_offset.y == top, "nothing moves while it is paused"
        await pilot.press("G")
        connections, packets = await growing.more(pilot)
        assert (connections, packets) == (growing.last[0], paused_at[1]), "End resumes the table it is pressed in"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="capturing needs Linux and root")
async def test_in_a_sorted_list_the_packets_are_what_follows_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # sorting needs a real session
    session = open_session(LiveSource(("lo",)), Terms(filter="port 7"))
    try:
        app = TcptuiApp(session)
        async with app.run_test(size=(160, 40)) as pilot:
            await until(pilot, lambda: session.live is not None and session.live.running)
            for _ in range(3):
                with socket.socket() as closed, suppress(ConnectionRefusedError):
                    closed.connect(("127.0.0.1", 7))
            await until(pilot, lambda: table(pilot, "connections").key == 2)
            await pilot.press("shift+tab", "k", "right", "s")
            await until(pilot, lambda: "#▼" in shown(pilot))
            assert table(pilot, "packets").following
            await until(pilot, lambda: "following" in status(pilot))
            await pilot.press("space")
            assert not table(pilot, "packets").following
            await until(pilot, lambda: "paused" in status(pilot))
    finally:
        session.capture.close()


async def test_a_file_that_loads_is_not_followed() -> None:
    growing = Growing(FakeCapture())
    async with growing.app.run_test(size=(120, 40)) as pilot:
        await growing.begun(pilot)
        await pilot.press("space")
        assert growing.bench.key_line.spoken == "Only a live capture can be followed."
        assert await growing.more(pilot) == (0, 0)
        assert "following" not in status(pilot)


async def test_a_connection_is_followed_when_the_table_narrows_to_it() -> None:
    growing = Growing(FakeLive(), rows=PERIOD + 3)
    async with growing.app.run_test(size=(120, 40)) as pilot:
        await growing.begun(pilot)
        growing.bench.narrow(1)
        assert growing.bench.packet_table.cursor == 2
        await growing.more(pilot, 4)
        assert growing.bench.packet_table.cursor == 6


async def test_clearing_leaves_nothing_until_more_arrives() -> None:
    growing = Growing(FakeLive())
    async with growing.app.run_test(size=(120, 40)) as pilot:
        await growing.begun(pilot)
        await pilot.press("X", "X")
        await until(pilot, lambda: "Waiting for packets on lo" in shown(pilot))
        assert "330 given up" in status(pilot)
        assert "0 frames" in status(pilot)
        assert growing.bench.packet_table.key is None
        await growing.more(pilot, 3)
        assert growing.bench.packet_table.key == 2 * 333 - 1, "frame numbers go on"
        assert growing.bench.connection_table.key == 30
        assert "3 frames" in status(pilot)


async def test_old_rows_go_while_the_cursor_stays_with_its_frame() -> None:
    growing = Growing(FakeLive())
    async with growing.app.run_test(size=(120, 40)) as pilot:
        await growing.begun(pilot)
        packets = growing.bench.packet_table
        packets.move_to(200)
        key = packets.key
        growing.fake.store.start = 150
        await until(pilot, lambda: packets.cursor != 200)
        assert (packets.key, packets.cursor) == (key, 50)
        growing.fake.store.start = 250
        await until(pilot, lambda: packets.cursor != 50)
        assert (packets.key, packets.cursor) == (501, 0), "the oldest there is"


async def test_the_first_rows_are_followed_although_there_was_nothing_to_scroll_before() -> None:
    """More rows at once than there is room for, in a table that had none."""
    fake = FakeSession(rows=0, capture=FakeLive(name="lo"))
    app = TcptuiApp(fake.session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Waiting for packets" in shown(pilot))
        packets = table(pilot, "packets")
        fake.store.rows = packets.lines + 1
        fake.step.release()
        await until(pilot, lambda: packets.key is not None)
        assert packets.cursor == packets.lines
        assert round(packets.scroll_offset.y) == 1
