"""The letters that segments add to Zeek's histories, and what is counted for these, all of a batch at once."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules import zeek
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.chains import INDEX_BITS, changes, lengths
from tui.tcp.tracking.histories import Histories
from tui.tcp.tracking.rounds import Rounds
from tui.tcp.tracking.segments import Segments
from tui.tcp.tracking.sequence import UNSET
from tui.tcp.tracking.steps import STEPS

Integers = NDArray[np.int64]


def count(
    rows: NDArray[np.void], segments: Segments, rounds: Rounds, history: Integers, histories: Histories
) -> Integers:
    """Count the retransmissions and zero windows that Zeek counts in rows of FOLLOWED, a row a group.

    Returns the numbers of the groups' histories after the segments that were looked at; `history` are those before.
    """
    at = rounds.looked_at
    again = segments.length[at] > 0
    again &= (segments.end[at] <= segments.highest[at]) & (segments.highest[at] != UNSET)
    counted = [
        _counted(rows["retransmitted"], "T", segments, rounds, np.flatnonzero(again)),
        _counted(rows["zero_windows"], "W", segments, rounds, np.flatnonzero(segments.window[at] == 0)),
    ]
    letter = STEPS.letter[rounds.step]
    which = np.flatnonzero(letter)
    # A segment adds the letter of its kind before those that are counted.
    place = np.concatenate([which * 3, *(places * 3 + order for order, (places, _) in enumerate(counted, 1))])
    code = np.concatenate([letter[which], *(codes for _, codes in counted)])
    order = np.argsort(place, kind="stable")
    group = segments.group[at[place[order] // 3]]
    starts = changes(group)
    length = lengths(starts, len(group))
    after = history.copy()
    for number in range(length.max(initial=0)):  # the first letter of each group, then the second of each, and so on
        has_one = length > number
        of_group = group[starts[has_one]]
        after[of_group] = histories.with_letters(after[of_group], code[order[starts[has_one] + number]])
    return after


def _counted(
    counts: NDArray[np.uint32], letter: str, segments: Segments, rounds: Rounds, chosen: Integers
) -> tuple[Integers, Integers]:
    """Count chosen segments, places among those looked at; returns those that add a letter, and its code points."""
    if not len(chosen):
        return chosen, chosen
    chain = segments.chain[rounds.looked_at[chosen]]
    in_chains = np.sort(chain << INDEX_BITS | chosen)
    chain, chosen = in_chains >> INDEX_BITS, in_chains & ((1 << INDEX_BITS) - 1)
    starts = changes(chain)
    length = lengths(starts, len(chain))
    group, side = chain >> 1, chain & 1
    number = np.arange(1, len(chain) + 1) - np.repeat(starts, length) + counts[group, side]
    counts[group[starts], side[starts]] += length.astype(np.uint32)
    told = np.isin(number, _TOLD)
    states = STEPS.after[rounds.step[chosen[told]]].tolist()
    by_client = np.array([TRANSITIONS.states[state].client for state in states], np.int64) == side[told]
    return chosen[told], np.where(by_client, ord(letter), ord(letter.lower()))


_TOLD = np.array([10**power for power in range(10)])
"""The counts that a history tells."""
assert all(zeek.counted_letter("T", count) for count in _TOLD.tolist())
