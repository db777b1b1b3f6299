"""Ladders: the tutorials' traces as whole texts, and what may be said of lost, late and missing segments."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.program import CAPTURES
from tui.files.source import open_capture
from tui.session import Session
from tui.views import connection_numbers
from tui.views.ladder import ladder_lines, ladder_markdown
from tui.views.ladder.drawing import draw
from tui.views.ladder.ladder import Ladder
from tui.views.ladder.steps import StepKind

TUTORIALS = sorted(Path(__file__).parent.glob("tutorial_*.txt"))

WIDTHS = (1, 9, 30, 43, 62, 80, 92, 144)
"""Cells of a line: with states or without, with remarks beside the arrows or on them."""

Read = Callable[[Path], Session]


@pytest.fixture
def read() -> Iterator[Read]:
    captures = []

    def read_all(path: Path) -> Session:
        capture = open_capture(str(path))
        captures.append(capture)
        session = Session(capture)
        for _ in session.run():
            pass
        return session

    yield read_all
    for capture in captures:
        capture.close()


def whole(session: Session, number: int = 0) -> Ladder:
    ladder = Ladder(session, number)
    ladder.update(session.store.start, len(session.store), session.store.revision)
    return ladder


def lines_of(ladder: Ladder) -> list[tuple[StepKind, range]]:
    return [(ladder.kind(line), ladder.places(line)) for line in range(len(ladder))]


def line_of_frame(lines: list[str], frame: int) -> str:
    return next(line for line in lines if line.split()[0] == str(frame))


@pytest.mark.parametrize("expected", TUTORIALS, ids=lambda path: path.stem)
def test_the_traces_of_the_tutorials(expected: Path, reference: Path, read: Read) -> None:
    session = read(reference / "cases" / f"{expected.stem}.pcap")
    assert list(ladder_lines(session, 0)) == expected.read_text(encoding="utf-8").splitlines()


def test_all_five_tutorials_are_there() -> None:
    assert {path.stem.split("_")[1][0] for path in TUTORIALS} == {"1", "2", "3", "4"}
    assert len(TUTORIALS) == 6  # the third has three traces


def test_a_segment_that_the_receiver_reported_missing_is_lost(read: Read) -> None:
    lines = list(ladder_lines(read(CAPTURES / "lossy.pcap"), 0))
    lost = line_of_frame(lines, 18)
    assert "✗" in lost
    assert "◀" not in lost
    assert "‼ lost, sent again in 56" in lost
    assert "◀═" in line_of_frame(lines, 56)
    assert "‼ fast retransmission of 18" in line_of_frame(lines, 56)


def test_a_segment_that_was_sent_again_for_nothing_is_not_called_lost(read: Read) -> None:
    lines = list(ladder_lines(read(CAPTURES / "lossy.pcap"), 0))
    needless = line_of_frame(lines, 69)
    assert "✗" not in needless
    assert "lost" not in needless
    assert "sent again in 108, needlessly" in needless


def test_a_segment_whose_timer_ran_out_is_not_called_lost(reference: Path, read: Read) -> None:
    lines = list(ladder_lines(read(reference / "cases" / "retransmission_rto.pcap"), 0))
    told = [line for line in lines if "sent again in" in line]
    assert told
    assert not any("✗" in line for line in lines), "its ACK may have been lost as well"


def test_what_was_never_captured_stands_between_its_neighbours(reference: Path, read: Read) -> None:
    lines = list(ladder_lines(read(reference / "cases" / "lost_segment_never_captured.pcap"), 0))
    place = lines.index(line_of_frame(lines, 7))
    assert "◀┈ 1,000 B not captured" in lines[place - 1]
    assert "yet acknowledged" in lines[place - 1]


def test_what_was_lost_before_the_capture_names_the_frame_that_brings_it(reference: Path, read: Read) -> None:
    session = read(reference / "captures" / "zeek__tcp_reassembly.pcap")
    lines = list(ladder_lines(session, 0))
    before = lines[lines.index(line_of_frame(lines, 16)) - 1]
    assert "1,448 B lost" in before
    assert "✗" in before
    assert "sent again in 35" in before


def test_a_late_segment_is_drawn_otherwise(reference: Path, read: Read) -> None:
    lines = list(ladder_lines(read(reference / "cases" / "out_of_order_within_rtt.pcap"), 0))
    assert "◀╌" in line_of_frame(lines, 8)
    assert "‼ reordered after 7" in line_of_frame(lines, 8)


def test_silences_are_told_and_round_trips_are_not(read: Read) -> None:
    lines = list(ladder_lines(read(CAPTURES / "keep-alive.pcap"), 0))
    assert [line.split(" of silence")[0].split("·")[-1].strip() for line in lines if "silence" in line] == [
        "1.01 s",
        "1.02 s",
        "1.02 s",
        "444 ms",
    ]


def test_states_stand_where_they_change_and_with_a_mark_where_they_are_assumed(read: Read) -> None:
    lines = list(ladder_lines(read(CAPTURES / "simultaneous-close.pcap"), 0))
    assert [line[19:31].strip() for line in lines[1:]] == [
        *("SYN-SENT", "ESTABLISHED?", "ESTABLISHED", "", "", "", ""),
        *("FIN-WAIT-1", "CLOSING?", "CLOSING", "TIME-WAIT?"),
    ]


def test_folds_count_what_they_hold(read: Read) -> None:
    lines = list(ladder_lines(read(CAPTURES / "lossy.pcap"), 0, width=120))
    fold = line_of_frame(lines, 6)
    assert "▸ 11 segments, 14,669 B, 1 ACK" in fold
    assert "6–17 in 20.7 ms" in fold
    unfolded = list(ladder_lines(read(CAPTURES / "lossy.pcap"), 0, unfolded=True))
    assert not any("▸" in line for line in unfolded)
    assert [line.split()[0] for line in unfolded[1:]] == [str(frame) for frame in range(1, 141)]


def test_a_fold_opens_and_closes(read: Read) -> None:
    ladder = whole(read(CAPTURES / "lossy.pcap"))
    before = lines_of(ladder)
    line = next(line for line, (kind, _) in enumerate(before) if kind == StepKind.FOLD)
    places = ladder.places(line)
    assert not ladder.fold(places.start)
    assert ladder.unfold(places[3])
    assert not ladder.unfold(places[3])
    assert len(ladder) == len(before) + len(places) - 1
    assert [ladder.line_of(place) for place in places] == list(range(line, line + len(places)))
    rungs = [ladder.rung(line) for line in range(line, line + len(places))]
    assert [rung is not None and rung.opens_fold for rung in rungs] == [True] + [False] * (len(places) - 1)
    assert ladder.fold(places[-1])
    assert lines_of(ladder) == before
    ladder.unfold_all(True)
    assert ladder.fold(places[2])
    assert ladder.kind(ladder.line_of(places[2])) == StepKind.FOLD
    ladder.unfold_all(False)
    assert lines_of(ladder) == before


@pytest.mark.parametrize("name", ["lossy", "zero-window", "keep-alive", "ten-connections", "simultaneous-open"])
@pytest.mark.parametrize("piece", [1, 7])
def test_a_ladder_that_grew_is_the_same(name: str, piece: int, read: Read) -> None:
    session = read(CAPTURES / f"{name}.pcap")
    for number in connection_numbers(session).tolist():
        grown = Ladder(session, number)
        for stop in [*range(0, len(session.store), piece), len(session.store)]:
            grown.update(0, stop, session.store.revision)
        assert lines_of(grown) == lines_of(whole(session, number))


def test_talk_in_short_turns_is_one_line(reference: Path, read: Read) -> None:
    session = read(reference / "captures" / "tcpdump__mptcp-v1.pcap")
    fold = line_of_frame(list(ladder_lines(session, 0)), 4)
    assert "◀┄ ▸ 12 segments" in fold
    assert "▶│" in fold


def test_rows_that_were_given_up_are_gone_and_open_folds_stay_open(read: Read) -> None:
    session = read(CAPTURES / "lossy.pcap")
    ladder = whole(session)
    assert ladder.unfold(ladder.places(ladder.line_of(20)).start)
    opened = [int(ladder.rows[place]) for place in range(18, 30)]
    session.store.drop_before(10)
    ladder.update(10, len(session.store), session.store.revision)
    assert int(ladder.rows[0]) == 10
    for row in opened:
        line = ladder.line_of(row - 10)
        rung = ladder.rung(line)
        assert ladder.kind(line) == StepKind.SEGMENT
        assert rung is not None
        assert rung.segment.row == row


@pytest.mark.parametrize(
    "name", ["lossy", "zero-window", "keep-alive", "unanswered", "reset-abort", "simultaneous-open"]
)
def test_every_line_fits_exactly_and_has_an_ascii_form(name: str, read: Read) -> None:
    session = read(CAPTURES / f"{name}.pcap")
    ladder = whole(session)
    for unfolded in (False, True):
        ladder.unfold_all(unfolded)
        for rung in filter(None, map(ladder.rung, range(len(ladder)))):
            for width in WIDTHS:
                assert len("".join(text for text, _ in draw(rung, width))) == width
                assert "".join(text for text, _ in draw(rung, width, absolute=True, ascii_only=True)).isascii()


def test_narrow_lines_keep_flags_and_what_a_segment_does(read: Read) -> None:
    lines = list(ladder_lines(read(CAPTURES / "unanswered.pcap"), 0, width=66))
    assert "S  seq 0 ▲ 1/3" in line_of_frame(lines, 1)
    assert "S ‼ SYN retry ═" in line_of_frame(lines, 2)
    assert max(map(len, lines)) <= 66


def test_ladders_in_ascii(read: Read) -> None:
    text = "\n".join(ladder_lines(read(CAPTURES / "lossy.pcap"), 0, ascii_only=True))
    assert text.isascii()
    assert "|== S  seq 0 ===" in text
    assert "<# .  14670:16118" in text


def test_markdown_is_a_heading_a_sentence_and_the_ladder(read: Read) -> None:
    session = read(CAPTURES / "refused.pcap")
    lines = list(ladder_markdown(session, 0))
    assert lines[0] == "## Connection 0: 127.0.0.1:38114 to 127.0.0.1:8081"
    assert lines[2]
    assert lines[4] == "```text"
    assert lines[-1] == "```"
    assert lines[5:-1] == list(ladder_lines(session, 0))


def test_a_connection_that_is_not_there_has_no_ladder(read: Read) -> None:
    with pytest.raises(KeyError):
        next(ladder_lines(read(CAPTURES / "refused.pcap"), 7))


def test_a_remark_without_room_is_left_out_and_never_cut(reference: Path, read: Read) -> None:
    session = read(reference / "cases" / "syn_timeout.pcap")
    for width in (100, 110, 120, 130, 144):
        assert not [line for line in ladder_lines(session, 0, width) if "…" in line]
    assert line_of_frame(list(ladder_lines(session, 0, 110)), 3).endswith("‼ SYN retry of 2 · ▲ 1/3")
    assert line_of_frame(list(ladder_lines(session, 0, 160)), 3).endswith("‼ SYN retry · ▲ 1/3 · again in 4")
