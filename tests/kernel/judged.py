"""The project's word on a scenario beside the kernel's."""

from collections import defaultdict
from dataclasses import dataclass, field

from tests.kernel.inferred import Segment, paths, read_all, sent_by_each
from tests.kernel.recording import SIDES, Recorded
from tests.kernel.senders import SenderRow, sender_rows
from tests.kernel.tracing import KernelEvent
from tests.kernel.truth import KernelSocket, Resent, resent_of, side_of, sockets_of

RETRANSMISSION = "retransmission"
"""The note."""


@dataclass(frozen=True, slots=True)
class StateVerdict:
    """One side's states by one capture."""

    capture: str
    """Beside which side it was taken."""
    side: str
    ours: list[list[str]]
    """Of each of its sockets."""
    kernel: list[list[str]]

    @property
    def compared(self) -> int:
        """States that the kernel's sockets had."""
        return sum(map(len, self.kernel))

    @property
    def equal(self) -> int:
        """Those of them that the project names, in order, up to the first other one."""
        count = 0
        for ours, kernel in zip(self.ours, self.kernel, strict=False):
            same = [one == other for one, other in zip(ours, kernel, strict=False)]
            count += same.index(False) if False in same else len(same)
        return count


@dataclass(slots=True)
class Retransmissions:
    """The segments sent again that one capture shows, by frame number."""

    capture: str
    made: dict[int, Resent]
    """By the kernel's word."""
    noted: set[int]
    """By the project's."""

    @property
    def found(self) -> set[int]:
        """Those that the project names."""
        return self.noted & self.made.keys()

    @property
    def missed(self) -> dict[int, Resent]:
        """Those that it does not."""
        return {frame: resent for frame, resent in self.made.items() if frame not in self.noted}

    @property
    def false(self) -> set[int]:
        """Other segments that it takes for such."""
        return self.noted - self.made.keys()


@dataclass(slots=True)
class Judged:
    """A scenario, judged."""

    recorded: Recorded
    captures: dict[str, list[Segment]]
    sockets: list[KernelSocket]
    resent: list[Resent]
    sender_rows: list[SenderRow] = field(default_factory=list)
    states: list[StateVerdict] = field(default_factory=list)
    retransmissions: list[Retransmissions] = field(default_factory=list)

    def differences(self) -> list[str]:
        """Where the project does not say what the kernel does, one line each."""
        return [*self.state_differences(), *self.retransmission_differences()]

    def state_differences(self) -> list[str]:
        """As `differences`, of states."""
        found = [
            f"beside the {one.capture}, the {one.side} is said to be in {one.ours}, the kernel says {one.kernel}"
            for one in self.states
            if one.ours != one.kernel
        ]
        for row in self.sender_rows:
            if not row.right:
                there = f"beside the {row.capture}, frame {row.frame}"
                found.append(f"{there} was sent by the {row.side} in {row.kernel}, not in {row.ours}")
        return found

    def retransmission_differences(self) -> list[str]:
        """As `differences`, of segments that were sent again."""
        found = []
        for one in self.retransmissions:
            for frame, resent in one.missed.items():
                found.append(f"beside the {one.capture}, frame {frame} is not called sent again ({resent.kind})")
            found += [f"beside the {one.capture}, frame {frame} was not sent again" for frame in sorted(one.false)]
        return found

    def resets_obeyed(self) -> dict[str, list[KernelEvent]]:
        """Resets that each side's kernel has received and obeyed."""
        events = [event for event in self.recorded.events if event.name == "tcp_receive_reset"]
        return {side: [event for event in events if side_of(self.recorded, event) == side] for side in SIDES}

    def effective_resets(self, side: str) -> int:
        """Resets sent to a side that the project takes for effective, by the capture beside it."""
        segments = [segment for segment in self.captures[side] if segment.side != side and "R" in segment.view.flags]
        return sum("ignored reset" not in segment.view.roles for segment in segments)


def judge(recorded: Recorded) -> Judged:
    """Compare a scenario's captures with the kernel's word."""
    captures = read_all(recorded)
    resent = resent_of(recorded, sent_by_each(captures))
    judged = Judged(recorded, captures, sockets_of(recorded), resent)
    judged.sender_rows += sender_rows(captures, judged.sockets)
    for taken_at, segments in captures.items():
        judged.states += [_compare_states(judged, taken_at, side) for side in SIDES]
        judged.retransmissions.append(_compare_retransmissions(judged, taken_at, segments))
    return judged


def _compare_states(judged: Judged, taken_at: str, side: str) -> StateVerdict:
    recorded = judged.recorded
    ours = paths(judged.captures[taken_at], side, recorded.scenario.undelivered == side)
    kernel = [sock.states for sock in judged.sockets if sock.side == side]
    if not kernel and ours and ours[0][0] == "SYN-RECEIVED":
        kernel = [_request(recorded, side)]
    return StateVerdict(taken_at, side, ours, kernel)


def _request(recorded: Recorded, side: str) -> list[str]:
    """The states of a request that never became a socket: it is there at the end, or not any more."""
    there = list(recorded.looks[-1].sockets[side].values())
    return ["SYN-RECEIVED"] if there == ["SYN-RECEIVED"] else ["SYN-RECEIVED", "CLOSED"]


def _compare_retransmissions(judged: Judged, taken_at: str, segments: list[Segment]) -> Retransmissions:
    """What was sent again is found in the other side's capture by all its bytes: the IP identification differs from
    that of the first copy, or the TCP timestamp does."""
    wanted: dict[tuple[str, bytes], list[Resent]] = defaultdict(list)
    numbered = {
        (side, segment.view.number): segment.frame for side, sent in judged.captures.items() for segment in sent
    }
    for resent in judged.resent:
        wanted[resent.side, numbered[resent.side, resent.frame]].append(resent)
    made = {}
    for segment in segments:
        waiting = wanted.get((segment.side, segment.frame))
        if waiting and (taken_at != segment.side or segment.view.number == waiting[0].frame):
            made[segment.view.number] = waiting.pop(0)
    noted = {segment.view.number for segment in segments if RETRANSMISSION in segment.view.notes}
    return Retransmissions(taken_at, made, noted)
