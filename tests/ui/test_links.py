"""Frames that the details name: numbered, followed by key and by click, and the way back."""

import pytest
from textual.pilot import Pilot

from tests.ui.conftest import application, until
from tests.ui.fakes import PERIOD, FakeViews
from tests.ui.screen import focused, shown, shown_lines, table
from tests.ui.test_jumps import opened, workbench
from tui.ui.app import TcptuiApp
from tui.ui.inspector.links import LINK, Links, frame_of
from tui.ui.inspector.wrapping import wrapped
from tui.views import Sentence

THIRD = 2 * PERIOD + 1
"""Number of the first frame of the fake connection 1."""


async def see_third_named(pilot: Pilot[None]) -> None:
    """Go to connection 1, whose account names its first frame."""
    await until(pilot, lambda: table(pilot, "packets").key is not None)
    await pilot.press("j")
    await until(pilot, lambda: f"frame {THIRD}[1]" in shown(pilot))


def text_of(parts: list[tuple[str, str]]) -> str:
    return "".join(text for text, _ in parts)


@pytest.mark.parametrize(
    ("text", "frames", "linked"),
    [
        ("Sent again after frame 12.", (12,), "Sent again after frame 12[1]."),
        ("As frames 3, 14 and 1,500 say.", (3, 14, 1500), "As frames 3[1], 14[2] and 1,500[3] say."),
        ("From frames 3 to 9.", (3, 9), "From frames 3[1] to 9[2]."),
        ("In (frames 4–6) it did.", (4, 6), "In (frames 4[1]–6[2]) it did."),
        ("ack 12 covers frame 12.", (12,), "ack 12 covers frame 12[1]."),
        ("Frame 120 is not frame 12.", (12,), "Frame 120 is not frame 12[1]."),
        ("Frames 2, 5 and 7.", (5,), "Frames 2, 5[1] and 7."),
        ("It was lost.", (12, 13), "It was lost. (frames 12[1], 13[2])"),
        ("It answers frame 7.", (), "It answers frame 7."),
    ],
)
def test_frames_become_links_where_they_are_named_and_else_behind(
    text: str, frames: tuple[int, ...], linked: str
) -> None:
    assert text_of(Links().linked(text, frames)) == linked


def test_a_frame_keeps_its_key_and_the_tenth_has_none() -> None:
    links = Links(own_frame=50)
    assert [links.part(frame)[0] for frame in (7, 8, 7, 50)] == ["7[1]", "8[2]", "7[1]", "50"]
    assert [links.part(frame) for frame in range(20, 28)][-1] == ("27", LINK)
    assert links.frames == (7, 8, *range(20, 27))
    assert [frame_of(text) for text in ("12[1]", "1,234[9]", "27", "x")] == [12, 1234, 27, None]


def test_frames_without_a_place_in_the_sentence_are_not_listed_without_end() -> None:
    assert text_of(Links().linked("Many.", range(1, 1000))) == "Many. (frames 1[1], 2[2], 3[3], 4[4]…)"


def test_a_line_breaks_between_words_and_never_before_a_full_stop() -> None:
    parts = [("Sent again after frame ", ""), ("12[1]", LINK), (".", "")]
    assert [text_of(line) for line in wrapped(parts, 27, ())] == ["Sent again after frame ", "12[1]."]
    story = [("▲ ", "handshake"), ("opened in three segments", "")]
    assert [text_of(line) for line in wrapped(story, 14, (2,))] == ["▲ opened in ", "  three ", "  segments"]


@pytest.mark.usefixtures("fake_views")
async def test_a_digit_goes_to_the_frame_and_back_to_where_it_began() -> None:
    app, _ = application(100)
    async with app.run_test(size=(160, 40)) as pilot:
        bench = workbench(app)
        await see_third_named(pilot)
        await pilot.press("shift+tab", "shift+tab", "shift+tab", "1")
        assert (bench.packet_table.key, focused(pilot)) == (THIRD, "packets")
        await until(pilot, lambda: f"What frame {THIRD} means" in shown(pilot))
        await pilot.press("backspace")
        assert (focused(pilot), bench.connection_table.key) == ("details", 1)
        assert "How connection 1 went." in shown(pilot)
        assert bench.packet_table.key == 1
        await pilot.press("backspace")
        assert bench.key_line.spoken == "No frame was jumped to: there is nowhere to go back to"
        await pilot.press("9")
        assert bench.key_line.spoken == "No frame has the number [9] in the details"


@pytest.mark.usefixtures("fake_views")
async def test_several_jumps_are_taken_back_one_by_one_with_what_was_narrowed() -> None:
    app, _ = application(100)
    async with app.run_test(size=(160, 40)) as pilot:
        bench = workbench(app)
        await until(pilot, lambda: bench.packet_table.key is not None)
        bench.narrow(0)
        await pilot.press("j")
        await until(pilot, lambda: f"frame {THIRD}[1]" in shown(pilot))
        await pilot.press("1")
        assert (bench.packet_rows.connection, bench.packet_table.key) == (1, THIRD)
        await pilot.press("j", "j", "j", "j", "j", "j")
        repeated = bench.packet_table.key
        assert repeated is not None
        await until(pilot, lambda: f" {repeated - 2}[2]" in shown(pilot))
        await pilot.press("2")
        assert bench.packet_table.key == repeated - 2
        await pilot.press("backspace")
        assert (bench.packet_rows.connection, bench.packet_table.key) == (1, repeated)
        await pilot.press("backspace")
        assert (bench.packet_rows.connection, focused(pilot)) == (0, "connections")


def place_of(pilot: Pilot[None], text: str) -> tuple[int, int]:
    """Column and line of a text on the screen."""
    return next((line.index(text), y) for y, line in enumerate(shown_lines(pilot)) if text in line)


@pytest.mark.usefixtures("fake_views")
async def test_a_click_on_a_frame_number_goes_there_and_beside_it_nowhere() -> None:
    app, _ = application(100)
    async with app.run_test(size=(160, 40)) as pilot:
        bench = workbench(app)
        await see_third_named(pilot)
        x, y = place_of(pilot, f"{THIRD}[1]")
        await pilot.click(offset=(x - 2, y))
        await pilot.click(offset=(x + 5, y))
        await pilot.pause()
        assert bench.packet_table.key == 1
        await pilot.click(offset=(x + 1, y))
        await until(pilot, lambda: bench.packet_table.key == THIRD)


@pytest.mark.usefixtures("fake_views")
async def test_a_frame_that_was_given_up_is_not_gone_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeViews, "explanation", lambda *_: (Sentence("After frame 2.", "", (2,)),))
    app, _ = application(100)
    async with app.run_test(size=(160, 40)) as pilot:
        bench = workbench(app)
        await until(pilot, lambda: bench.packet_table.key is not None)
        bench.go_to(bench.packet_table)
        await until(pilot, lambda: "frame 2[1]" in shown(pilot))
        await pilot.press("1")
        assert bench.key_line.spoken == "Frame 2 is not there any more"
        assert bench.packet_table.key == 1


async def test_on_a_screen_with_one_pane_the_packets_come() -> None:
    async with opened("curl-http.pcap") as (pilot, bench):
        await pilot.resize_terminal(60, 14)
        await pilot.press("shift+tab", "shift+tab", "shift+tab")
        await until(pilot, lambda: "▲ Opened" in shown(pilot))
        await pilot.press("2")
        await until(pilot, lambda: focused(pilot) == "packets" and "handshake 2/3" in shown(pilot))
        assert bench.packet_table.key == 2
        await pilot.press("backspace")
        await until(pilot, lambda: focused(pilot) == "details" and "▲ Opened" in shown(pilot))


async def test_the_story_of_a_connection_comes_before_its_numbers() -> None:
    async with opened("curl-http.pcap") as (pilot, _):
        await pilot.resize_terminal(160, 90)
        await until(pilot, lambda: "▼ " in shown(pilot) and "in flight" in shown(pilot))
        lines = shown_lines(pilot)
        order = ["Connection 0: closed", "▲ Opened", "● The client", "▼ The client closed", "client    127.0.0.1"]
        order += ["what      GET /", "packets   → 7   ← 5", "RTT", "captured", "Zeek      SF ShADadFf"]
        places = [next(y for y, line in enumerate(lines) if text in line) for text in order]
        assert places == sorted(places)


async def test_a_problem_is_told_with_its_evidence() -> None:
    async with opened("unanswered.pcap") as (pilot, bench):
        await pilot.resize_terminal(160, 60)
        await until(pilot, lambda: "‼ SYN retries" in shown(pilot))
        bench.go_to(bench.packet_table)
        await pilot.press("e")
        await until(pilot, lambda: "evidence  " in shown(pilot) and "‼ SYN retry" in shown(pilot))
        evidence = shown(pilot).partition("evidence  ")[2]
        assert "frame 1[1]" in evidence
        await pilot.press("1")
        assert table(pilot, "packets").key == 1
        assert isinstance(pilot.app, TcptuiApp)
