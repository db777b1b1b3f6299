"""Fields of segments under the names of the reports."""

import numpy as np

from tui.store import ASSUMED_LOWER, ASSUMED_UPPER
from tui.tcp.rules.analysis import ANALYSIS_NAMES
from tui.tcp.rules.flags import letters
from tui.tcp.rules.notes import NOTE_NAMES, PROBLEM_NOTES
from tui.tcp.rules.outcome import SIDES
from tui.tcp.rules.roles import ROLE_NAMES
from tui.tcp.rules.states import STATE_NAMES
from tui.views.filtering.connection_fields import set_values
from tui.views.filtering.rows import Rows
from tui.views.filtering.stored_fields import Fetch, number
from tui.views.filtering.values import Values, Words, single


def _set(column: str, names: tuple[str, ...]) -> Fetch:
    return lambda rows: set_values(np.where(rows.is_tcp, rows.column(column), 0).astype(np.int64), names)


def _from(rows: Rows) -> Values:
    return single(Words(rows.sender ^ rows.client_side, list(SIDES)), rows.is_tcp)


def _state(of_server: int) -> Fetch:
    def fetch(rows: Rows) -> Values:
        pair = number(rows, "states")
        return single(
            Words(np.where(rows.client_side == of_server, pair >> 4, pair & 15), list(STATE_NAMES)), rows.is_tcp
        )

    return fetch


def _assumed(rows: Rows) -> Values:
    marks = rows.column("marks")
    lower, upper = (marks & ASSUMED_LOWER != 0), (marks & ASSUMED_UPPER != 0)
    is_lower = rows.client_side == 0
    client, server = np.where(is_lower, lower, upper), np.where(is_lower, upper, lower)
    return set_values(np.where(rows.is_tcp, client + 2 * server, 0), SIDES)


def _flags(rows: Rows) -> Values:
    code = number(rows, "flags") & 0xFF
    return single(Words(code, [letters(flags) for flags in range(1 << 8)]), rows.is_tcp)


def _problem(rows: Rows) -> Values:
    tells = rows.column("notes") & np.uint64(PROBLEM_NOTES) != 0
    return single(tells.astype(np.int64), rows.is_tcp)


PACKET_FIELDS: dict[str, Fetch] = {
    "packet.roles": _set("roles", tuple(ROLE_NAMES.values())),
    "packet.notes": _set("notes", tuple(NOTE_NAMES.values())),
    "packet.analysis": _set("analysis", tuple(ANALYSIS_NAMES.values())),
    "packet.problem": _problem,
    "packet.from": _from,
    "packet.client_state": _state(0),
    "packet.server_state": _state(1),
    "packet.assumed": _assumed,
    "packet.flags": _flags,
}
"""The values of each; `packet.seq` and the like are among the stored fields."""
