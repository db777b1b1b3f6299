"""Which sentences tell of each role."""

from collections.abc import Callable

from tui.views.explaining import closing, opening, resets, transfer
from tui.views.explaining.context import Context
from tui.views.explaining.sentence import Sentence

Template = Callable[[Context], list[Sentence]]

ROLE_SENTENCES: dict[str, Template] = {
    "handshake 1/3": opening.first_syn,
    "handshake 2/3": opening.syn_ack,
    "handshake 3/3": opening.third,
    "simultaneous open": opening.simultaneous,
    "data": transfer.data,
    "ack": transfer.ack,
    "teardown 1/4": closing.first_fin,
    "teardown 2/4": closing.covers_first,
    "teardown 3/4": closing.second_fin,
    "teardown 4/4": closing.covers_second,
    "simultaneous close 2/4": closing.crossing_fin,
    "simultaneous close 3/4": closing.covers_crossing,
    "simultaneous close 4/4": closing.covers_last_crossing,
    "refused": resets.refused,
    "handshake reset": resets.in_handshake,
    "reset": resets.in_connection,
    "reset in teardown": resets.in_teardown,
    "late reset": resets.late,
    "ignored reset": resets.ignored,
    "stray SYN": resets.stray_syn,
    "malformed": resets.malformed,
}
"""By the role's public name, in the order in which they are told."""


def of_roles(c: Context) -> list[Sentence]:
    """What the segment does, role by role."""
    roles = set(c.view.roles)
    sentences: list[Sentence] = []
    if "F" in c.view.flags and "retransmission" in c.view.notes:
        sentences += closing.fin_again(c)
        roles -= closing.OF_A_FIN
    elif roles >= closing.MERGED:
        sentences += closing.merged(c)
        roles -= closing.MERGED
    for role, template in ROLE_SENTENCES.items():
        if role in roles:
            sentences += template(c)
    return sentences
