"""The keys that go to the next or the previous handshake, teardown, reset or problem."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules.notes import PROBLEM_NOTES
from tui.tcp.rules.outcome import Outcome
from tui.tcp.rules.roles import Role
from tui.ui.commands.base import Bench
from tui.ui.tables.connections import ConnectionRows
from tui.ui.tables.packet_rows import PacketRows

RESETS = (
    Role.REFUSED | Role.HANDSHAKE_RESET | Role.RESET | Role.RESET_IN_TEARDOWN | Role.LATE_RESET | Role.IGNORED_RESET
)


PROBLEM_ROLES = Role.REFUSED | Role.HANDSHAKE_RESET | Role.RESET | Role.RESET_IN_TEARDOWN | Role.MALFORMED
"""Segments that are a problem by what they do."""

PROBLEM_BITS = {"notes": int(PROBLEM_NOTES), "roles": int(PROBLEM_ROLES)}
"""What tells of a problem, by the columns of the store."""


@dataclass(frozen=True, slots=True)
class Landmark:
    """Something in the life of a connection that a key goes to."""

    begins: Role
    """Roles of the segments that begin it."""
    belongs: Role
    """Roles of all segments of it."""
    happened: Callable[[Outcome], bool]
    """Whether a connection with this outcome has had it."""


LANDMARKS = {
    "handshake": Landmark(
        Role.HANDSHAKE_1 | Role.SIMULTANEOUS_OPEN,
        Role.HANDSHAKE_1 | Role.HANDSHAKE_2 | Role.HANDSHAKE_3 | Role.SIMULTANEOUS_OPEN,
        lambda outcome: outcome.opening != "not-captured",
    ),
    "teardown": Landmark(
        Role.TEARDOWN_1,
        Role.TEARDOWN_1 | Role.TEARDOWN_2 | Role.TEARDOWN_3 | Role.TEARDOWN_4,
        lambda outcome: (
            outcome.closing not in {"none", "reset"} or outcome.verdict in {"reset-after-fin", "closed-then-reset"}
        ),
    ),
    "reset": Landmark(
        RESETS,
        RESETS,
        lambda outcome: outcome.reset_by is not None or outcome.verdict == "closed-then-reset",
    ),
}


class Jumps(Bench):
    """In the packet table the cursor goes to the next such segment that is shown. In the connection list it goes to
    the packets of the connection under the cursor, or, where that one has no such segment, to the next one that has;
    and for problems to the next connection that has one, as long as there is one.
    """

    connection_rows: ConnectionRows

    def action_next(self, kind: str, direction: int) -> None:
        """Go to the next handshake, teardown or reset below, or above where `direction` is -1."""
        landmark = LANDMARKS[kind]
        if self.subject_table is self.packet_table:
            if not self._to_next_segment({"roles": landmark.begins}, direction):
                self._say_no_further(kind, direction)
        elif not self._into_connection(landmark.belongs, direction):
            numbers = self.model.connections_that(landmark.happened)
            if not self._to_next_connection(numbers, direction):
                self.say(f"No further connection with a {kind} {_below(direction)}.")

    def action_next_problem(self, direction: int) -> None:
        """Go to the next segment or connection with a problem below, or above where `direction` is -1."""
        among_packets = self.subject_table is self.packet_table
        if among_packets and self._to_next_segment(PROBLEM_BITS, direction):
            return
        numbers = self.model.connections_with_problems()
        if not len(numbers):
            self.say("No problems were found." if self.model.progress.over else "No problems were found so far.")
        elif among_packets:
            self._say_no_further("problem", direction)
        elif not self._to_next_connection(numbers, direction):
            into = "; ⏎, then e walks the packets of this one" if self.connection_table.key in numbers else ""
            self.say(f"No further connection with a problem {_below(direction)}{into}.")

    def _to_next_segment(self, bits: dict[str, int], direction: int) -> bool:
        """Go to the nearest packet that has any of the bits of any of these columns; false where there is none."""
        packets, here = self.packet_rows.packets, self.packet_table.cursor
        found = [packets.next_place(column, wanted, here, direction) for column, wanted in bits.items()]
        places = [place for place in found if place is not None]
        if places:
            self.packet_table.jump_to(min(places) if direction > 0 else max(places))
        return bool(places)

    def _say_no_further(self, kind: str, direction: int) -> None:
        where = "" if self.packet_rows.connection is None else " in this connection"
        self.say(f"No further {kind} {_below(direction)}{where}.")

    def _into_connection(self, roles: int, direction: int) -> bool:
        """Show the packets of the connection under the cursor, at such a segment; false where it has none."""
        number = self.connection_table.key
        if number is None:
            return False
        packets = PacketRows(self.model, number)
        place = packets.next_place("roles", roles, -1 if direction > 0 else len(packets), direction)
        if place is None:
            return False
        frame = self.model.frame_number(packets.store_row(place))
        self.narrow(number)
        self.packet_table.jump_to(self.packet_rows.find(frame))
        self.go_to(self.packet_table)
        return True

    def _to_next_connection(self, numbers: NDArray[np.int64], direction: int) -> bool:
        """Go to the next of these connections in the list; false where there is none."""
        row = self.connection_rows.next_row(numbers, self.connection_table.cursor, direction)
        if row is not None:
            self.connection_table.jump_to(row)
        return row is not None


def _below(direction: int) -> str:
    return "below" if direction > 0 else "above"
