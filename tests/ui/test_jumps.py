"""The keys that look for handshakes, teardowns, resets and problems, on real captures."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.ui.conftest import until
from tests.ui.fakes import FakeSession
from tests.ui.screen import shown
from tui.files.source import open_capture
from tui.session import Session
from tui.store import COLUMNS, Store
from tui.tcp.rules.roles import Role
from tui.ui.app import TcptuiApp
from tui.ui.model import Model
from tui.ui.pipeline import Progress
from tui.ui.tables.packet_rows import PacketRows
from tui.ui.workbench import Workbench
from tui.views import SegmentView

CAPTURES = Path(__file__).parents[2] / "captures"


PCAP_HEADER = 24
"""Bytes before the first packet of a pcap file."""


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Connections of several captures in one: closed, refused, closed, reset, closed."""
    parts = [(CAPTURES / f"{name}.pcap").read_bytes() for name in SEVERAL]
    assert len({part[:PCAP_HEADER] for part in parts}) == 1
    path = tmp_path / "several.pcap"
    path.write_bytes(parts[0][:PCAP_HEADER] + b"".join(part[PCAP_HEADER:] for part in parts))
    return path


SEVERAL = ("curl-http", "refused", "curl-four-segments", "reset-abort", "redis-ping")


@asynccontextmanager
async def opened(name: Path | str) -> AsyncIterator[tuple[Pilot[None], Workbench]]:
    with open_capture(str(CAPTURES / name)) as capture:
        app = TcptuiApp(Session(capture))
        async with app.run_test(size=(120, 40)) as pilot:
            await until(pilot, lambda: app.model.progress.over)
            yield pilot, workbench(app)


def workbench(app: TcptuiApp) -> Workbench:
    assert isinstance(app.screen, Workbench)
    return app.screen


async def test_landmarks_among_all_packets(several: Path) -> None:
    async with opened(several) as (pilot, bench):
        bench.go_to(bench.packet_table)
        found = []
        for key in ["t", "h", "r", "h", "t", "h", "r", "h", "T", "H", "R"]:
            await pilot.press(key)
            view = bench.packet_rows.view(bench.packet_table.cursor)
            assert isinstance(view, SegmentView)
            found.append((view.connection, view.roles[0]))
        assert bench.key_line.spoken == ""
        handshake, teardown = "handshake 1/3", "teardown 1/4"
        assert found == [
            *[(0, teardown), (1, handshake), (1, "refused"), (2, handshake), (2, teardown), (3, handshake)],
            *[(3, "reset"), (4, handshake), (2, teardown), (2, handshake), (1, "refused")],
        ]


async def test_where_there_is_none_it_says_so_and_stays() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        bench.go_to(bench.packet_table)
        await pilot.press("j", "j")
        for key, words in [
            ("r", "reset below"),
            ("R", "reset above"),
            ("h", "handshake below"),
            ("T", "teardown above"),
        ]:
            await pilot.press(key)
            assert bench.key_line.spoken == f"No further {words}."
        assert bench.packet_table.cursor == 2


async def test_the_connection_list_leads_into_the_packets_of_its_connection() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        await pilot.press("t")
        assert bench.packet_rows.connection == 0
        assert bench.focused is bench.packet_table
        assert bench.packet_rows.view(bench.packet_table.cursor).number == 10
        await pilot.press("t")
        assert bench.key_line.spoken == "No further teardown below in this connection."


async def test_the_connection_list_goes_on_to_a_connection_that_has_one(several: Path) -> None:
    async with opened(several) as (pilot, bench):
        await pilot.press("r")
        assert (bench.connection_table.key, bench.packet_rows.connection) == (1, None)
        await pilot.press("j", "r")
        assert bench.connection_table.key == 3
        await pilot.press("r")
        assert bench.packet_rows.connection == 3
        view = bench.packet_rows.view(bench.packet_table.cursor)
        assert isinstance(view, SegmentView)
        assert view.roles == ("reset",)
        bench.go_to(bench.connection_table)
        await pilot.press("j", "r")
        assert bench.key_line.spoken == "No further connection with a reset below."
        await pilot.press("R")
        assert bench.connection_table.key == 3


def test_a_million_rows_are_looked_through_at_once() -> None:
    store = Store()
    rows = 1_000_000
    columns = {name: np.zeros(rows, dtype) for name, dtype in COLUMNS.items()}
    columns["connection"][1::2] = 1
    columns["roles"][:] = Role.DATA
    columns["roles"][[0, 5, rows - 1]] = Role.RESET
    store.append(columns)
    session = FakeSession()
    session.store = store  # type: ignore[assignment]
    model = Model(session.session)
    model.progress = Progress(rows=rows)
    packets = PacketRows(model)
    narrowed = PacketRows(model)
    narrowed.connection = 1
    narrowed._rows = np.arange(1, rows, 2)
    began = time.process_time()
    assert packets.next_place("roles", Role.RESET, 5, 1) == rows - 1
    assert packets.next_place("roles", Role.RESET, rows - 1, -1) == 5
    assert packets.next_place("roles", Role.RESET, 0, -1) is None
    assert narrowed.next_place("roles", Role.RESET, -1, 1) == 2
    assert narrowed.next_place("roles", Role.RESET, 2, 1) == rows // 2 - 1
    assert time.process_time() - began < 0.1


async def test_refusals_and_resets_are_problems_too(several: Path) -> None:
    async with opened(several) as (pilot, bench):
        for connection in (1, 3):
            await pilot.press("e")
            assert bench.connection_table.key == connection
        await pilot.press("e")
        assert bench.key_line.spoken.startswith("No further connection with a problem below; ⏎")
        bench.go_to(bench.packet_table)
        bench.packet_table.move_to(0)
        roles = []
        for _ in range(2):
            await pilot.press("e")
            view = bench.packet_rows.view(bench.packet_table.cursor)
            assert isinstance(view, SegmentView)
            roles.append((view.connection, view.roles))
        assert roles == [(1, ("refused",)), (3, ("reset",))]


async def test_the_next_key_ends_what_was_said_about_the_one_before() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        await pilot.press("e")
        assert bench.key_line.spoken == "No problems were found."
        await pilot.press("j")
        assert not bench.key_line.spoken
        assert bench.connection_table.cursor == 0


async def test_the_details_of_a_connection_are_one_key_away_at_any_size() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        await pilot.resize_terminal(80, 24)
        await pilot.press("i")
        assert bench.focused is bench.inspector.panes[0]
        await until(pilot, lambda: "Connection 0: closed" in shown(pilot))
        await pilot.press("i")
        assert bench.focused is bench.connection_table
        bench.preferences.choose_layout("tables")
        bench.take_layout()
        await pilot.press("i")
        assert bench.focused is bench.connection_table
        assert "v brings the details back" in bench.key_line.spoken
