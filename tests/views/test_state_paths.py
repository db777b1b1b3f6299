"""The path of each end through the states: every step, what caused it, what is assumed and what is taken back."""

import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.tcp.wire import OPEN, TALK, Packet, c, read, s
from tests.views.explained import opened
from tui.store import COLUMNS
from tui.tcp.rules.states import STATE_NAMES, State
from tui.views import SegmentView, StatePath, StatePaths, StateStep, frame, state_paths
from tui.views.state_paths import MOST_CHANGES, TRANSITIONS

CAPTURES = Path(__file__).parents[2] / "captures"


def paths_of(packets: list[Packet]) -> StatePaths:
    return state_paths(read(packets), 0)


def written(path: StatePath) -> list[str]:
    """Each step in a line: the state, the frame, the cause; what is assumed has a `?`, what is taken back a `~`."""
    return [
        f"{'~' if step.taken_back else ''}{STATE_NAMES[step.after]}{'?' if step.assumed else ''} "
        f"#{step.frame} {step.cause.words}"
        for step in path.steps
    ]


def reasons(path: StatePath) -> list[str]:
    return [step.cause.reason for step in path.steps]


def standing(path: StatePath) -> list[StateStep]:
    return [step for step in path.steps if not step.taken_back]


def test_four_segments_lead_both_ends_along_the_figure() -> None:
    paths = paths_of([*OPEN, *TALK, c("F.", 11, 21), s(".", 21, 12), s("F.", 21, 12), c(".", 12, 22)])
    assert written(paths.client) == [
        "SYN-SENT #1 sends SYN",
        "ESTABLISHED? #2 receives SYN+ACK",
        "FIN-WAIT-1 #7 sends FIN",
        "FIN-WAIT-2? #8 receives ACK of its FIN",
        "TIME-WAIT? #9 receives FIN",
    ]
    assert written(paths.server) == [
        "LISTEN? #1 is taken to listen",
        "SYN-RECEIVED #2 sends SYN+ACK",
        "ESTABLISHED? #3 receives ACK of its SYN",
        "CLOSE-WAIT? #7 receives FIN",
        "LAST-ACK #9 sends FIN",
        "CLOSED? #10 receives ACK of its FIN",
    ]
    assert reasons(paths.client)[1:] == [
        *("ack 1 covers the SYN at 0", "FIN at 11", "ack 12 covers the FIN at 11 of frame 7", "FIN at 21"),
    ]
    assert [step.proved_by for step in paths.client.steps] == [1, 3, 7, None, 10]
    assert (paths.client.state, paths.client.assumed) == (State.TIME_WAIT, False)
    assert (paths.server.state, paths.server.assumed) == (State.CLOSED, True)
    assert paths.client.endpoint == "10.0.0.1:40000"


def test_one_segment_that_passes_two_states_names_both() -> None:
    client = paths_of([*OPEN, c("F.", 1, 1), s("F.", 1, 2), c(".", 2, 2)]).client
    assert written(client)[-2:] == ["FIN-WAIT-2? #5 receives ACK of its FIN", "TIME-WAIT? #5 receives FIN"]
    assert reasons(client)[-2:] == ["ack 2 covers the FIN at 1 of frame 4", "FIN at 1"]


def test_crossing_fins_take_close_wait_back() -> None:
    paths = paths_of([*OPEN, c("F.", 1, 1), s("F.", 1, 1), c(".", 2, 2), s(".", 2, 2)])
    assert written(paths.server)[3:] == [
        *("~CLOSE-WAIT? #4 receives FIN", "FIN-WAIT-1 #5 sends FIN", "CLOSING? #5 FINs cross"),
        "TIME-WAIT? #6 receives ACK of its FIN",
    ]
    assert paths.server.steps[4].before == State.ESTABLISHED
    assert paths.server.steps[3].drawn is None


def test_a_simultaneous_open_takes_the_listener_back() -> None:
    paths = paths_of([c("S", 0), s("S", 0), c("S.", 0, 1), s("S.", 0, 1)])
    assert written(paths.server) == [
        *("~LISTEN? #1 is taken to listen", "SYN-SENT #2 sends SYN", "SYN-RECEIVED? #2 SYNs cross"),
        "ESTABLISHED? #3 receives SYN+ACK",
    ]
    assert written(paths.client)[1:] == ["SYN-RECEIVED? #2 receives SYN", "ESTABLISHED? #4 receives SYN+ACK"]


def test_resets_are_no_arrows_of_the_figure() -> None:
    refused = paths_of([c("S", 0), s("R.", 0, 1)])
    assert written(refused.server) == ["~LISTEN? #1 is taken to listen", "CLOSED #2 sends RST"]
    assert refused.server.steps[1].cause.reason == "it refuses, as nothing listens there"
    broken = paths_of([*OPEN, c("R.", 1, 1)])
    for path in (broken.client, broken.server):
        last = path.steps[-1]
        assert (last.before, last.after, last.by_reset, last.drawn) == (State.ESTABLISHED, State.CLOSED, True, None)


def test_a_connection_that_was_under_way_begins_assumed() -> None:
    paths = paths_of([c("F.", 1, 1), s(".", 1, 2)])
    assert written(paths.client) == [
        *("ESTABLISHED? #1 was connected", "FIN-WAIT-1 #1 sends FIN", "FIN-WAIT-2? #2 receives ACK of its FIN"),
    ]
    assert paths.client.steps[0].before is None
    answer_first = paths_of([s("S.", 0, 1), c(".", 1, 1)])
    assert written(answer_first.server)[:2] == ["LISTEN? #1 was listening", "SYN-RECEIVED #1 sends SYN+ACK"]
    assert written(answer_first.client)[0] == "SYN-SENT? #1 had sent a SYN"


def test_a_fin_that_is_sent_again_takes_the_end_back() -> None:
    closed = [*OPEN, c("F.", 1, 1), s(".", 1, 2), s("F.", 1, 2), c(".", 2, 2)]
    paths = paths_of([*closed, s("F.", 1, 2), c(".", 2, 2)])
    assert written(paths.server)[-3:] == [
        *("~CLOSED? #7 receives ACK of its FIN", "LAST-ACK #8 sends FIN again", "CLOSED? #9 receives ACK of its FIN"),
    ]
    assert paths.server.steps[-2].returns


def test_a_lost_reply_is_said_not_to_be_captured() -> None:
    client = paths_of([c("S", 0), c(".", 1, 1), c("P.", 1, 1, 5)]).client
    assert written(client)[-1] == "ESTABLISHED #2 sends ACK"
    assert "SYN+ACK, which was not captured" in client.steps[-1].cause.reason


def test_where_nothing_is_opened_there_is_no_path() -> None:
    paths = paths_of([c("F", 0), s("R.", 0, 1)])
    assert (paths.client.steps, paths.server.steps) == ((), ())
    with pytest.raises(KeyError):
        state_paths(read(OPEN), 1)


def test_paths_of_what_is_left_begin_where_frames_were_given_up() -> None:
    session = read([*OPEN, *TALK, c("F.", 11, 21), s(".", 21, 12)])
    session.store.drop_before(4)
    paths = state_paths(session, 0)
    assert paths.given_up
    assert written(paths.client)[:2] == ["ESTABLISHED #5 was in this state", "FIN-WAIT-1 #7 sends FIN"]


def check(paths: StatePaths) -> None:
    """Steps that stand follow each other, and each takes an arrow that there is, or says why not."""
    for path in (paths.client, paths.server):
        for step, following in pairwise(standing(path)):
            assert following.before == step.after, (written(path), step)
        for step in path.steps:
            assert step.cause.words
            if step.drawn:
                assert step.after in TRANSITIONS[step.drawn[0]]
            assert step.proved_by is None or step.proved_by >= step.frame
        assert not path.steps or path.steps[-1].after == path.state


@pytest.mark.parametrize("name", sorted(path.stem for path in CAPTURES.glob("*.pcap")))
def test_the_paths_agree_with_the_packet_table(name: str) -> None:
    with opened(CAPTURES / f"{name}.pcap") as session:
        for number in range(len(session.connections)):
            paths = state_paths(session, number)
            check(paths)
            last = frame(session, int(session.connections.counted.values["last_row"][number]))
            assert isinstance(last, SegmentView)
            for path, state in ((paths.client, last.client_state), (paths.server, last.server_state)):
                assert STATE_NAMES[path.state] == state


def test_every_reference_case_has_paths(reference: Path) -> None:
    cases = sorted((reference / "cases").glob("*.pcap"))
    assert len(cases) >= 50
    for case in cases:
        with opened(case) as session:
            for number in range(len(session.connections)):
                if number not in session.connections.given_up:
                    check(state_paths(session, number))


def test_a_million_packets_take_no_time_worth_mentioning() -> None:
    session = read([*OPEN, *TALK])
    count = 1_000_000
    columns = {name: np.repeat(session.store.column(name, 5, 6), count) for name in COLUMNS}
    columns["number"] = np.arange(7, 7 + count).astype(np.uint32)
    columns["states"][-1] = State.FIN_WAIT_1 << 4 | State.CLOSE_WAIT
    session.store.append(columns)
    session.connections.counted.values["last_row"][0] = len(session.store) - 1
    times = []
    for _ in range(3):
        began = time.process_time()
        paths = state_paths(session, 0)
        times.append(time.process_time() - began)
        assert paths.client.steps[-1].frame == count + 6
    assert min(times) < 0.1


def test_of_a_hostile_number_of_steps_the_first_and_the_last_are_told() -> None:
    session = read([*OPEN, *TALK])
    count = 50_000
    columns = {name: np.repeat(session.store.column(name, 5, 6), count) for name in COLUMNS}
    columns["number"] = np.arange(7, 7 + count).astype(np.uint32)
    columns["states"][::2] = State.FIN_WAIT_1 << 4 | State.CLOSE_WAIT
    session.store.append(columns)
    session.connections.counted.values["last_row"][0] = len(session.store) - 1
    paths = state_paths(session, 0)
    assert paths.left_out == count + 3 - MOST_CHANGES
    assert len(paths.client.steps) <= 2 * MOST_CHANGES
    assert paths.client.steps[-1].frame == count + 6
