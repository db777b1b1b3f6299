"""Zeek's history of each connection. Many connections have the same one, so that each is kept once."""

import numpy as np
from numpy.typing import NDArray

from tui.tcp.rules import zeek
from tui.tcp.tracking.memo import LIMIT, Memo

Integers = NDArray[np.int64]

_CODE_BITS = 8
_COUNTED = "TtWw"
"""Letters of counts, which always find room."""
assert zeek.counted_letter("T", 1)


class Histories:
    """Histories by connection number. Any thread may read; numbers of histories are for the writing one."""

    def __init__(self) -> None:
        self._kept: tuple[NDArray[np.int32], list[str]] = (np.zeros(256, np.int32), [""])
        """The number of each connection's history, and the history of each number: exchanged together."""
        self._numbers: dict[str, int] = {"": 0}
        self._after = Memo(self._add_letters)
        self._most = LIMIT

    def __getitem__(self, connection: int) -> str:
        of_connections, histories = self._kept
        return histories[of_connections.item(connection)]

    def of(self, connections: NDArray[np.integer]) -> list[str]:
        """The histories of some connections."""
        of_connections, histories = self._kept
        return [histories[number] for number in of_connections[connections].tolist()]

    def extend_to(self, length: int) -> None:
        """Make room for connections up to number `length` - 1; their histories are empty."""
        of_connections, histories = self._kept
        if length > len(of_connections):
            grown = np.zeros(max(length, 2 * len(of_connections)), np.int32)
            grown[: len(of_connections)] = of_connections
            self._kept = (grown, histories)

    def text(self, number: int) -> str:
        """The history of a number."""
        return self._kept[1][number]

    def numbers(self, connections: Integers) -> Integers:
        """The numbers of connections' histories, which hold until `forget_unused`; 0 for negative connections."""
        of_connections, _ = self._kept
        return np.where(connections >= 0, of_connections[connections], 0).astype(np.int64)

    def number(self, history: str) -> int:
        """The number of a history."""
        histories = self._kept[1]
        number = self._numbers.setdefault(history, len(histories))
        if number == len(histories):
            histories.append(history)
        return number

    def put(self, connections: Integers, numbers: Integers) -> None:
        """Set connections' histories by their numbers."""
        self._kept[0][connections] = numbers

    def with_letters(self, numbers: Integers, code: Integers) -> Integers:
        """The numbers of histories, each with one more letter behind it, given by its code point."""
        return self._after.find(numbers << _CODE_BITS | code)

    def forget_unused(self) -> None:
        """Let go of histories that no connection has any more, once that is worth the trouble."""
        if len(self._after) > LIMIT:
            self._after.clear()
        of_connections, histories = self._kept
        if len(histories) > self._most:
            used, renumbered = np.unique(of_connections, return_inverse=True)
            left = [histories[number] for number in used.tolist()]
            if 0 not in used:
                left, renumbered = ["", *left], renumbered + 1
            self._kept = (renumbered.astype(np.int32), left)
            self._numbers = {history: number for number, history in enumerate(left)}
            self._after.clear()
            self._most = max(LIMIT, 2 * len(left))

    def _add_letters(self, keys: list[int]) -> list[int]:
        return [self.number(self._with_letter(key >> _CODE_BITS, chr(key & (1 << _CODE_BITS) - 1))) for key in keys]

    def _with_letter(self, number: int, letter: str) -> str:
        history = self.text(number)
        return history + letter if letter in _COUNTED else zeek.with_letter(history, letter)
