"""What the project says of a capture, in the terms in which the kernel's truth is put.

How the states of its segments become an endpoint's path:

- A row that passes two states counts as both: the FIN+ACK that takes its receiver from FIN-WAIT-1 to TIME-WAIT leads
  through FIN-WAIT-2, and the FIN that completes a handshake leads through ESTABLISHED.
- An assumed state that a later segment takes back was none: the segment that it rests on did not arrive.
- A FIN that does not acknowledge the peer's was sent in FIN-WAIT-1; its row shows CLOSING, as the peer's is on its way.
- Whoever sends a SYN without ACK passes SYN-SENT: also where it crosses the peer's, and the row shows SYN-RECEIVED.
- A reset that answers a SYN+ACK shows that its sender never was in ESTABLISHED, which was assumed.
- LISTEN is assumed of whoever is sent a SYN, and CLOSED follows where he is no listener: he has no socket.
"""

from dataclasses import dataclass
from pathlib import Path

from tests.kernel.recording import SIDES, Recorded
from tests.kernel.truth import Sent
from tui import views
from tui.files.source import open_capture
from tui.session import Session

PASSES = {
    ("FIN-WAIT-1", "TIME-WAIT"): "FIN-WAIT-2",
    ("SYN-RECEIVED", "CLOSE-WAIT"): "ESTABLISHED",
    ("ESTABLISHED", "CLOSING"): "FIN-WAIT-1",
}
"""What lies between two states that a row leads from and to."""


HANDSHAKE_RESET = "handshake reset"
"""The role."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A captured segment, and what is said of it."""

    side: str
    """Who sent it."""
    view: views.SegmentView
    frame: bytes

    @property
    def ports(self) -> tuple[int, int]:
        """The sender's and the receiver's."""
        source, destination = (int(end.rpartition(":")[2]) for end in (self.view.source, self.view.destination))
        return source, destination

    def state_of(self, side: str) -> tuple[str, bool]:
        """An endpoint's state after the segment, and whether it is assumed."""
        end = "client" if self.view.from_client == (self.side == side) else "server"
        state = self.view.client_state if end == "client" else self.view.server_state
        return state, end in self.view.assumed


def read(recorded: Recorded, path: Path) -> list[Segment]:
    """The segments of a capture, as far as they belong to the scenario."""
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        found = views.frames(session, 0, len(session.store))
        return [
            Segment(_sender(recorded, view), view, session.read_frame(view.row))
            for view in found
            if isinstance(view, views.SegmentView) and view.time_ns // 1000 <= recorded.end_us
        ]


def read_all(recorded: Recorded) -> dict[str, list[Segment]]:
    """The segments of each side's capture."""
    return {side: read(recorded, path) for side, path in recorded.captures.items()}


def _sender(recorded: Recorded, view: views.SegmentView) -> str:
    address = view.source.rpartition(":")[0].strip("[]")
    return next(side for side in SIDES if address in recorded.addresses[side])


def sent_by_each(captures: dict[str, list[Segment]]) -> dict[str, list[Sent]]:
    """What each side's capture shows that this side has sent."""
    found: dict[str, list[Sent]] = {}
    for side, segments in captures.items():
        mine = [segment for segment in segments if segment.side == side]
        found[side] = [
            Sent(segment.view.number, segment.view.time_ns, segment.ports, view.raw_seq, view.length, view.flags)
            for segment in mine
            for view in [segment.view]
        ]
    return found


def paths(segments: list[Segment], side: str, undelivered: bool) -> list[list[str]]:
    """The states of a side's endpoint in each connection of which it has a socket.

    `undelivered`: what is assumed of it because of the last segments is left out.
    """
    by_connection: dict[int, list[tuple[str, bool]]] = {}
    for segment in segments:
        path = by_connection.setdefault(segment.view.connection, [])
        if segment.side == side and segment.view.flags == "S" and not path:
            path.append(("SYN-SENT", False))
        if (
            segment.side == side
            and HANDSHAKE_RESET in segment.view.roles
            and path
            and path[-1] == ("ESTABLISHED", True)
        ):
            path.pop()
        _advance(path, *segment.state_of(side))
    found = []
    for path in by_connection.values():
        if undelivered and path and path[-1][1]:
            path.pop()
        states = [state for state, _ in path]
        if states[:1] == ["CLOSED"]:
            del states[0]
        if states:
            found.append(states)
    return found


def _advance(path: list[tuple[str, bool]], state: str, assumed: bool) -> None:
    """Add what a row says to an endpoint's path."""
    if state == "LISTEN":
        return
    states = [before for before, _ in path]
    if states and state == states[-1]:
        path[-1] = (state, path[-1][1] and assumed)
        return
    if state in states:
        back = states.index(state) + 1
        if all(retractable for _, retractable in path[back:]):
            del path[back:]
            return
    if state == "CLOSING" and states[-1:] == ["CLOSE-WAIT"] and path[-1][1]:
        del path[-1], states[-1]
    between = PASSES.get((states[-1], state)) if states else None
    if between:
        path.append((between, assumed))
    path.append((state, assumed))
