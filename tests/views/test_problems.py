"""What is called a problem, and from which threshold on."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.tcp.test_identity import icmp
from tests.tcp.wire import MILLISECOND, OPEN, TALK, Endpoint, Packet, c, dialogue, read, s
from tests.views.noting import noted
from tui import views
from tui.session import Session
from tui.tcp.rules.closed_lists import PROBLEMS
from tui.views.telling.scans import MANY_TARGETS

SECOND = 1000 * MILLISECOND


def problems(packets: list[Packet], notes: dict[int, str] | None = None) -> tuple[str, ...]:
    return views.problems(noted(packets, notes or {}), 0)


def data(count: int) -> list[Packet]:
    """A connection whose client sends so many segments of a byte."""
    return [*OPEN, *(c("P.", 1 + number, 1, 1) for number in range(count))]


@pytest.mark.parametrize(("segments", "found"), [(100, ("retransmissions",)), (101, ())])
def test_retransmissions_are_a_problem_from_one_percent(segments: int, found: tuple[str, ...]) -> None:
    assert problems(data(segments), {4: "retransmission"}) == found


def test_a_syn_or_fin_that_is_sent_again_is_no_retransmission_of_data() -> None:
    packets = [*OPEN, *TALK, c("F.", 11, 21), c("F.", 11, 21)]
    assert problems(packets, {8: "retransmission"}) == ()
    assert problems([OPEN[0], *OPEN]) == ("syn-retries",)


def _waited(seconds: float) -> list[Packet]:
    start = 10**18
    opening = [c("S", 0, time_ns=start), s("S.", 0, 1, time_ns=start), c(".", 1, 1, time_ns=start)]
    answer = s("P.", 1, 11, 5, time_ns=start + round(seconds * SECOND))
    return [*opening, c("P.", 1, 1, 10, time_ns=start), answer]


def test_a_server_that_takes_more_than_a_second_is_slow() -> None:
    assert problems(_waited(1.0)) == ()
    assert problems(_waited(1.1)) == ("slow-server",)


def test_each_problem_has_its_evidence_in_the_notes() -> None:
    packets = [*OPEN, *TALK]
    assert problems(packets, {4: "capture-gap"}) == ("capture-gaps",)
    assert problems(packets, {4: "duplicate-capture"}) == ("duplicate-capture",)
    assert problems(TALK) == ("scale-unknown",)
    assert problems([*OPEN, s(".", 1, 1, window=0)]) == ("zero-window",)
    asked = [*packets, *[c(".", 10, 21)] * 3]
    assert problems(asked, dict.fromkeys((7, 8, 9), "keep-alive")) == ("keep-alive-unanswered",)
    assert problems(asked[:-1], dict.fromkeys((7, 8), "keep-alive")) == ()


def test_a_used_pair_of_ports() -> None:
    session = read([*OPEN, c("R", 1), *OPEN])
    assert [views.problems(session, number) for number in (0, 1)] == [(), ("port-reused",)]


def test_the_worst_comes_first() -> None:
    packets = [OPEN[0], *OPEN, c("P.", 1, 1, 10), c("P.", 1, 1, 10), s(".", 1, 11, window=0)]
    found = problems(packets, {5: "duplicate-capture", 6: "retransmission capture-gap"})
    assert found == tuple(problem for problem in PROBLEMS if problem in found)
    assert found[0] == "retransmissions"
    assert len(found) == 5


def test_dropped_frames_are_a_problem_of_those_connections_that_miss_some() -> None:
    session = noted([*OPEN, *TALK], {4: "capture-gap"})
    session.live = SimpleNamespace(counts=SimpleNamespace(dropped=3, dropped_by_interface=0))  # type: ignore[assignment]
    assert views.problems(session, 0) == ("frames-dropped", "capture-gaps")
    whole = read([*OPEN, *TALK])
    whole.live = session.live
    assert views.problems(whole, 0) == ()


def _tried(targets: int, answer: Callable[[Endpoint, Endpoint], list[Packet]], clients: int = 1) -> Session:
    """`clients` clients that each try so many ports of one server."""
    packets: list[Packet] = []
    for client in range(clients):
        for target in range(targets):
            ends = Endpoint(f"10.0.1.{client}", 50_000 + target), Endpoint("10.0.2.1", 1 + target)
            packets += answer(*ends)
    return read(packets)


def _refused(client: Endpoint, server: Endpoint) -> list[Packet]:
    near, far = dialogue(client=client, server=server)
    return [near("S", 0), far("R.", 0, 1)]


def _served(client: Endpoint, server: Endpoint) -> list[Packet]:
    near, far = dialogue(client=client, server=server)
    return [near("S", 0), far("S.", 0, 1), near(".", 1, 1), near("P.", 1, 1, 5)]


def _scans(session: Session) -> set[bool]:
    numbers = views.connection_numbers(session).tolist()
    return {"possible-scan" in views.problems(session, number) for number in numbers}


def test_a_client_that_gets_nowhere_at_many_ports_may_be_a_scanner() -> None:
    assert _scans(_tried(MANY_TARGETS, _refused)) == {True}
    assert _scans(_tried(MANY_TARGETS - 1, _refused, clients=3)) == {False}
    assert _scans(_tried(2 * MANY_TARGETS, _served)) == {False}


def test_many_tries_at_one_port_are_no_scan() -> None:
    ends = [Endpoint("10.0.1.1", 50_000 + number) for number in range(3 * MANY_TARGETS)]
    packets = [packet for end in ends for packet in _refused(end, Endpoint("10.0.2.1", 80))]
    assert _scans(read(packets)) == {False}


def test_a_probe_is_a_possible_scan_by_itself() -> None:
    assert problems([c("FPU", 0)]) == ("possible-scan",)


def test_a_scan_is_recognised_while_it_goes_on() -> None:
    session = _tried(MANY_TARGETS - 1, _refused)
    session.finished = False
    assert _scans(session) == {False}
    grown = _tried(MANY_TARGETS * 2, _refused)
    grown.finished = False
    assert _scans(grown) == {True}


def test_the_sentence_of_a_connection_ends_with_what_went_wrong_most() -> None:
    session = noted(data(50), {4: "retransmission", 6: "capture-gap"})
    summary = views.account(session, 0).summary
    assert summary.endswith(
        "still open at the end of the capture; 1 of the client's 50 data segments was sent again (2.0%)."
    )
    stalled = [*data(50), s(".", 1, 51, window=0), s(".", 1, 51, time_ns=10**18 + SECOND)]
    longest = views.account(noted(stalled, {4: "retransmission"}), 0).summary
    assert longest.endswith("; the server's receive window was closed for 947 ms.")
    window = noted([*OPEN, s(".", 1, 1, window=0), s(".", 1, 1)], {})
    assert views.account(window, 0).summary.endswith("; the server's receive window was closed for 1.00 ms.")
    assert views.account(read([*OPEN, *TALK]), 0).summary.endswith("still open at the end of the capture.")


@pytest.mark.parametrize("packets", [[c("S", 0), c("S", 0)], [c("S", 0), icmp(c("S", 0), 1), c("S", 0)]])
def test_a_sentence_that_tells_the_tries_does_not_tell_them_twice(packets: list[Packet]) -> None:
    summary = views.account(read(packets), 0).summary
    assert summary.count("2") == summary.count("2 SYNs") + summary.count("10.0.0.2")
