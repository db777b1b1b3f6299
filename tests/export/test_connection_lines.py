"""Lines of connections: those that are told alike say what each one says when it is told alone."""

import json
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tcp.test_identity import icmp
from tests.tcp.wire import Endpoint, Packet, read
from tui import views
from tui.export.lines import connection_lines
from tui.export.note_counts import NoteCounts
from tui.session import Session
from tui.views.telling import alike

ENDS = [(Endpoint(f"10.0.0.{one}", 1), Endpoint(f"10.0.0.{two}", 2)) for one, two in ((1, 2), (2, 1))]
ENDS += [(Endpoint("2001:db8::1", 1), Endpoint("2001:db8::2", 2))]

FLAGS = ("S", "S.", "R", "R.", ".", "F.", "P.", "", "FR", "SF", "FPU", "SW")

segments = st.builds(
    Packet, st.just(ENDS[0][0]), st.just(ENDS[0][1]), flags=st.sampled_from(FLAGS), length=st.sampled_from([0, 0, 0, 5])
)
sendings = st.tuples(st.integers(0, len(ENDS) - 1), st.integers(1, 9), st.booleans(), segments)


def lines_of(session: Session) -> list[bytes]:
    """The lines of all connections."""
    notes = NoteCounts()
    notes.add(session, session.store.start, len(session.store))
    return list(connection_lines(session, views.connection_numbers(session), notes))


def lines_told_alike(session: Session, patch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines where each connection that can be is told by a template."""
    patch.setattr(alike, "WORTH_A_TEMPLATE", 1)
    return lines_of(session)


def lines_told_alone(session: Session, patch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines where none is."""
    patch.setattr(alike, "WORTH_A_TEMPLATE", 1 << 30)
    return lines_of(session)


def sent(ends: int, port: int, back: bool, packet: Packet) -> Packet:
    """The segment between other ends, the client's port being another one."""
    client, server = ENDS[ends]
    client = client._replace(port=port)
    source, destination = (server, client) if back else (client, server)
    return replace(packet, source=source, destination=destination)


@settings(deadline=None, max_examples=15)
@given(st.lists(sendings, min_size=1, max_size=20), st.integers(0, 3), st.lists(st.integers(0, 5), max_size=2))
def test_what_is_told_alike_is_told_as_if_it_were_alone(
    found: list[tuple[int, int, bool, Packet]], given_up: int, quoted: list[int]
) -> None:
    packets = [sent(*sending) for sending in found]
    packets += [icmp(packets[at], 3) for at in quoted if at < len(packets) and ":" not in packets[at].source.address]
    session = read(packets)
    session.store.drop_before(given_up)
    with pytest.MonkeyPatch.context() as patch:
        assert lines_told_alike(session, patch) == lines_told_alone(session, patch)


def test_every_kind_of_lone_segment_is_told_as_if_it_were_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = product(range(len(ENDS)), (False, True), FLAGS, (0, 1024), (None, 1))
    packets = [
        sent(ends, port, back, Packet(*ENDS[ends], flags, window=window, checksum=checksum))
        for port, (ends, back, flags, window, checksum) in enumerate([*kinds] * 2, 1000)
    ]
    session = read(packets)
    assert lines_told_alike(session, monkeypatch) == lines_told_alone(session, monkeypatch)


def test_each_of_a_flood_has_its_own_line() -> None:
    server = Endpoint("192.0.2.9", 443)
    clients = [Endpoint(f"192.0.2.{host}", port) for host, port in product(range(1, 5), range(5000, 5010))]
    session = read([Packet(client, server, "S", window=0) for client in clients])
    assert len(views.alike(session, views.connection_numbers(session))) == 1
    found = [json.loads(line) for line in lines_of(session)]
    assert [(value["connection"], value["first_frame"], value["client_address"]) for value in found] == [
        (at, at + 1, client.address) for at, client in enumerate(clients)
    ]
    assert found[7]["client"] == "192.0.2.1:5007"
    assert found[7]["summary"] == "No answer: 1 SYN to 192.0.2.9:443, and nothing came back."
    assert found[7]["story"] == ["The client sent 1 SYN to 192.0.2.9:443 (frame 8); nothing came back."]
    assert found[7]["problems"] == []
