"""Follows one segment of each of many connections at once; tui.tcp.tracking.follower says the same of a single one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import OPTION_CUT_OFF
from tui.tcp.rules import zeek
from tui.tcp.rules.event import Event
from tui.tcp.rules.flags import ACK, FIN, SYN
from tui.tcp.rules.states import State
from tui.tcp.rules.transitions import TRANSITIONS
from tui.tcp.tracking.connections import UNKNOWN_SCALES
from tui.tcp.tracking.follower import with_letter
from tui.tcp.tracking.live import UNSCALED, pack_scales
from tui.tcp.tracking.sequence import UNSET

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_EVENT_BITS = 16
_UNSCALED = pack_scales(UNSCALED, UNSCALED)
_ZEEK_RESET = int(zeek.ZeekState.RESET)
_LISTEN = int(State.LISTEN)


class Now(NamedTuple):
    """n segments, each of another connection; the fields are those of tui.tcp.tracking.follower.Segment."""

    place: Integers
    """Of the connection in `Together`."""
    row: Integers
    side: Integers
    flags: Integers
    seq: Integers
    ack: Integers
    length: Integers
    end: Integers
    window: Integers
    option: Integers
    event: Integers

    def only(self, chosen: Booleans) -> "Now":
        """Some of them."""
        return Now(*(column[chosen] for column in self))


@dataclass(slots=True)
class Step:
    """What the state machine makes of n segments."""

    before: Integers
    """Numbers of the connections' states before them (tui.tcp.rules.transitions)."""
    state: Integers
    """The same after them."""
    roles: Integers
    notes: Integers
    letter: Integers
    """Code point of the letter for Zeek's history, 0 for none."""

    @classmethod
    def of(cls, before: Integers, event: Integers) -> "Step":
        """Look the steps up: there are few different ones."""
        keys, which = np.unique(before << _EVENT_BITS | event, return_inverse=True)
        found = [TRANSITIONS.step(key >> _EVENT_BITS, key & (1 << _EVENT_BITS) - 1) for key in keys.tolist()]
        table = np.array([(*numbers, ord(letter or "\0")) for *numbers, letter in found], np.int64).reshape(-1, 4)
        return cls(before, *table[which].T)

    def only(self, chosen: Booleans) -> "Step":
        """Some of them."""
        return Step(*(getattr(self, name)[chosen] for name in self.__slots__))


class Together:
    """k connections, as rows of FOLLOWED, and their histories in Zeek's letters."""

    def __init__(self, rows: NDArray[np.void], histories: Iterable[str]) -> None:
        self.rows = rows
        self._letters: list[str] = []
        """Histories by their numbers: most of the connections have few different ones."""
        self._numbers: dict[str, int] = {}
        self._history = np.array([self._number(history) for history in histories], np.int64)

    def history(self, place: int) -> str:
        """Zeek's history of a connection."""
        return self._letters[int(self._history[place])]

    def _number(self, history: str) -> int:
        number = self._numbers.setdefault(history, len(self._letters))
        if number == len(self._letters):
            self._letters.append(history)
        return number

    def events(self, now: Now) -> Integers:
        """What the state machine needs to know of the segments, none of which is a reset (tui.tcp.rules.event)."""
        rows, place, other = self.rows, now.place, 1 - now.side
        acks = now.flags & ACK != 0
        isn, fin_end, next_own = rows["isn"][place, other], rows["fin_end"][place, other], rows["next"][place, now.side]
        acks_syn = acks & (isn != UNSET) & (now.ack > isn)
        event: Integers = now.event | acks_syn * int(Event.ACKS_SYN)
        event |= (acks & (fin_end != UNSET) & (now.ack >= fin_end)) * int(Event.ACKS_FIN)
        fin = now.flags & (SYN | FIN) == FIN
        event |= (fin & (next_own != UNSET) & (now.seq > next_own)) * int(Event.HOLE)
        answers = np.flatnonzero(now.flags & (SYN | ACK) == SYN | ACK)
        if len(answers):
            event[answers] |= self._answer_events(now, answers)
        return event

    def _answer_events(self, now: Now, answers: Integers) -> Integers:
        """What the numbers of SYN+ACKs say."""
        rows, place, side = self.rows, now.place[answers], now.side[answers]
        isn, highest, own = rows["isn"][place, 1 - side], rows["next"][place, 1 - side], rows["isn"][place, side]
        ack, known = now.ack[answers], isn != UNSET
        fits = (isn < ack) & (ack <= highest)
        event: Integers = (known & ~fits) * int(Event.BAD_ACK)
        event |= (known & fits & (ack - 1 > isn)) * int(Event.ACKS_SYN_DATA)
        event |= ((own != UNSET) & (own != now.seq[answers])) * int(Event.OTHER_ISN)
        return event

    def apply(self, now: Now, step: Step) -> None:
        """Move the connections on by segments that are no resets, make sense and were recorded once."""
        self.rows["state"][now.place] = step.state
        for letter in np.unique(step.letter).tolist():
            if letter:
                self._add_letter(now.place[step.letter == letter], chr(letter))
        self._count_for_zeek(now, step.state)
        self._move_numbers(now, step.before)

    def _add_letter(self, places: Integers, letter: str) -> None:
        before, which = np.unique(self._history[places], return_inverse=True)
        after = [self._number(with_letter(self._letters[number], letter)) for number in before.tolist()]
        self._history[places] = np.array(after, np.int64)[which]

    def _count_for_zeek(self, now: Now, state: Integers) -> None:
        """Move Zeek's last number of the senders on, and count their retransmissions and zero windows."""
        last_of, where = self.rows["zeek_next"], (now.place, now.side)
        last = np.where(last_of[where] == UNSET, now.end - 1, last_of[where])
        first = last_of[where] == UNSET
        far = ~first & (now.flags & SYN != 0) & (np.abs(now.end - last) > zeek.TOO_LARGE_DELTA)
        beyond = now.end > last
        states, which = np.unique(state, return_inverse=True)
        zeek_states = np.array([TRANSITIONS.states[number].zeek for number in states.tolist()]).reshape(-1, 2)
        moves = first | beyond & ~far & (zeek_states[which, now.side] < _ZEEK_RESET)
        chosen = np.flatnonzero(moves)
        last_of[now.place[chosen], now.side[chosen]] = now.end[chosen]
        self._count("retransmitted", "T", now, np.flatnonzero(~beyond & ~far & ~first & (now.length > 0)))
        self._count("zero_windows", "W", now, np.flatnonzero(now.window == 0))

    def _count(self, name: str, letter: str, now: Now, chosen: Integers) -> None:
        """Count segments, and add the counted letter to the histories, in the senders' cases."""
        counts = self.rows[name]
        for place, side in zip(now.place[chosen].tolist(), now.side[chosen].tolist(), strict=True):
            counts[place, side] += 1
            found = zeek.counted_letter(letter, int(counts[place, side]))
            if found:
                by_client = TRANSITIONS.states[self.rows["state"][place]].client == side
                self._history[place] = self._number(self.history(place) + (found if by_client else found.lower()))

    def _move_numbers(self, now: Now, before: Integers) -> None:
        """Move the numbers on, by segments that their receivers take."""
        rows, other, acks = self.rows, 1 - now.side, now.flags & ACK != 0
        syn = now.flags & SYN != 0
        self._set_unset("base", now.place, now.side, np.where(syn, now.seq, now.seq - 1))
        answered = np.flatnonzero(acks)
        self._set_unset("base", now.place[answered], other[answered], now.ack[answered] - 1)
        opening = np.flatnonzero(syn)
        if len(opening):
            self._open(now.place[opening], now.side[opening], now.seq[opening], now.option[opening])
        listening = TRANSITIONS.tables()["pair"][before] >> 4 * other & 15 == _LISTEN
        taken = np.flatnonzero(syn | (now.length > 0) | ~listening)  # else it answers the SYN as no answer does
        place, side, end = now.place[taken], now.side[taken], now.end[taken]
        rows["next"][place, side] = np.maximum(rows["next"][place, side], end)
        acked = np.where(acks[taken], now.ack[taken], UNSET)
        rows["acked"][place, side] = np.maximum(rows["acked"][place, side], acked)
        fin = now.flags[taken] & FIN != 0
        self._set_unset("fin_end", place[fin], side[fin], end[fin])
        rows["window"][place, side] = now.window[taken]

    def _set_unset(self, name: str, place: Integers, side: Integers, value: Integers) -> None:
        """Set a number where it is not known."""
        column = self.rows[name]
        unset = column[place, side] == UNSET
        column[place[unset], side[unset]] = value[unset]

    def _open(self, place: Integers, side: Integers, seq: Integers, option: Integers) -> None:
        """Take over what SYNs announce, and work out the window scales (RFC 7323 section 2.2)."""
        rows = self.rows
        for name in ("isn", "base"):
            rows[name][place, side] = seq
        rows["shift"][place, side] = option
        shift = rows["shift"][place].astype(np.int64)
        unknown = (rows["isn"][place] == UNSET).any(axis=1)
        unscaled = (shift == -1).any(axis=1)
        cut_off = (shift == OPTION_CUT_OFF).any(axis=1)
        packed = (shift[:, 0] + 2) | (shift[:, 1] + 2) << 8
        cases = [unknown, unscaled, cut_off]
        rows["scales"][place] = np.select(cases, [UNKNOWN_SCALES, _UNSCALED, UNKNOWN_SCALES], packed)
