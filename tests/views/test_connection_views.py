"""Connections while a session is read: one by one, all at once, and what they are for."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tcp.hostile import mixtures
from tests.tcp.test_identity import icmp
from tests.tcp.wire import OPEN, TALK, Endpoint, MadeCapture, Packet, c, dialogue, read, s
from tui import views
from tui.errors import InputError
from tui.session import Session

QUICK = settings(deadline=None, max_examples=20, suppress_health_check=list(HealthCheck))


@given(mixtures(), st.lists(st.integers(0, 30), max_size=6))
@QUICK
def test_a_connection_alone_is_always_the_same_as_among_all(packets: list[Packet], cuts: list[int]) -> None:
    session = Session(MadeCapture(packets, [cut for cut in cuts if cut <= len(packets)]))
    for _ in session.run():
        numbers = views.connection_numbers(session)
        alone = [views.connection(session, number) for number in numbers.tolist()]
        assert alone == list(views.connections(session, numbers))


def test_problems_and_history_are_sorted_by() -> None:
    other, answer = dialogue(server=Endpoint("10.0.0.2", 81))
    session = read([*OPEN, other("S", 0), *TALK, answer("R.", 0, 1), other("S", 0)])
    numbers = views.connection_numbers(session)
    session.connections.noted.values["problems"][numbers] = [3, 0, 1]
    found = [views.connection(session, number) for number in numbers.tolist()]
    assert [view.verdict for view in found] == ["open", "refused", "no-answer"]
    open_one, refused, unanswered = views.connection_keys(session, numbers, "problems").tolist()
    assert open_one == 3
    assert open_one < refused < unanswered, "a bad verdict comes before any count"
    assert [view.problem_count for view in found] == [3, 0, 1]
    by_history = views.connection_keys(session, numbers, "history")
    histories = [view.zeek_history for view in found]
    assert [histories[at] for at in by_history.argsort()] == sorted(histories)


def test_what_was_sent_again_is_told_by_its_sender() -> None:
    session = read([*OPEN, s("F.", 1, 1), s("F.", 1, 1)])
    assert views.connection(session, 0).retransmitted == (0, 1)
    upper = read([*FROM_ABOVE, FROM_ABOVE[0]])
    assert views.connection(upper, 0).retransmitted == (1, 0)


def test_an_icmp_error_alone_changes_the_connection() -> None:
    session = Session(MadeCapture([c("S", 0), icmp(c("S", 0), 1)], [1]))
    verdicts = [views.connection(session, 0).verdict for _ in session.run()]
    assert (verdicts[0], verdicts[-1]) == ("no-answer", "unreachable")


class SpokenCapture(MadeCapture):
    """A capture whose payloads are words, both sides' after one another."""

    spoken = b""
    broken = False

    def read_at(self, offset: int, length: int) -> bytes:
        if self.broken:
            raise InputError("the disk fails")
        data = super().read_at(offset, length)
        return (self.spoken[: len(data)] if data.startswith(b"x") else data)[:length]


def described(packets: list[Packet], spoken: bytes) -> str:
    capture = SpokenCapture(packets)
    capture.spoken = spoken
    session = Session(capture)
    for _ in session.run():
        pass
    return views.application(session, 0)


UPPER_CLIENT = dialogue(client=Endpoint("10.0.0.3", 40000), server=Endpoint("10.0.0.2", 80))
FROM_ABOVE = [UPPER_CLIENT[0]("S", 0), UPPER_CLIENT[1]("S.", 0, 1), UPPER_CLIENT[0]("P.", 1, 1, 30)]


@pytest.mark.parametrize("packets", [[*OPEN, c("P.", 1, 1, 30)], FROM_ABOVE, [c("S", 0, length=30)]])
def test_the_clients_first_payload_is_the_request(packets: list[Packet]) -> None:
    assert described(packets, b"GET /index HTTP/1.1\r\nHost: a") == "GET /index"


def test_the_servers_first_payload_is_the_answer() -> None:
    assert described([*OPEN, s("P.", 1, 1, 30)], b"SSH-2.0-OpenSSH_9.2p1\r\n") == "SSH-2.0-OpenSSH_9.2p1"


def test_where_no_payload_was_captured_the_port_tells() -> None:
    assert described(OPEN, b"") == "HTTP"
    assert described([replace(OPEN[0], destination=Endpoint("10.0.0.2", 4711))], b"") == ""


def test_what_was_given_up_and_what_can_not_be_read_tells_nothing() -> None:
    session = read([*OPEN, *TALK])
    session.store.drop_before(5)
    assert views.application(session, 0) == "HTTP"
    capture = SpokenCapture([*OPEN, *TALK])
    capture.broken = True
    session = Session(capture)
    for _ in session.run():
        pass
    assert views.application(session, 0) == "HTTP"


def test_sorting_more_connections_than_are_described_goes_by_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.views.applications.MOST_KEPT", 1)
    ports = (443, 22, 80)
    packets = [dialogue(server=Endpoint("10.0.0.2", port))[0]("S", 0) for port in ports]
    session = read(packets)
    keys = views.connection_keys(session, views.connection_numbers(session), "application").tolist()
    assert keys == [1, 2, 0]
    assert [views.application(session, number) for number in range(3)] == ["HTTPS", "SSH", "HTTP"]
