"""Packets that were recorded twice: on two interfaces, or by a mirror port that copies both directions."""

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import Decoded
from tui.tcp.tracking.mixing import mixed, new_secrets
from tui.tcp.tracking.picking import of_segments

Integers = NDArray[np.int64]
Numbers = NDArray[np.uint64]

SAME_ID_NS = 10_000_000
"""Packets with the same non-zero IP identification are one packet within this time."""
OTHER_INTERFACE_NS = 1_000_000
"""Packets without one, where another interface recorded them within this time."""
DISTANCE = 1 << 12
"""Two records of one packet lie at most this many TCP segments apart."""


class DuplicateFinder:
    """Finds segments that equal an earlier one in every field that a retransmission would change."""

    def __init__(self) -> None:
        self._secrets = new_secrets(3)
        self._print = np.empty(0, np.uint64)
        self._time = np.empty(0, np.int64)
        self._interface = np.empty(0, np.int64)
        self._has_id = np.empty(0, np.bool_)

    def find(
        self,
        decoded: Decoded,
        rows: Integers,
        slots: Integers,
        from_upper: NDArray[np.bool_],
        time_ns: Integers,
        interface: Integers,
    ) -> NDArray[np.bool_]:
        """For each of the given rows whether it repeats an earlier packet.

        - `slots`, `from_upper`: the endpoint pair of each, and whether its upper endpoint sent it.
        - `time_ns`, `interface`: theirs.
        """
        has_id = of_segments(decoded.ip_id, rows) > 0
        prints = np.concatenate([self._print, self._prints(decoded, rows, slots, from_upper)])
        time = np.concatenate([self._time, time_ns])
        where = np.concatenate([self._interface, interface.astype(np.int64)])
        with_id = np.concatenate([self._has_id, has_id])
        duplicate = np.zeros(len(prints), np.bool_)
        ordered = np.sort(prints)
        if (ordered[1:] == ordered[:-1]).any():
            order = np.argsort(prints, kind="stable")
            repeats = np.flatnonzero(prints[order][1:] == prints[order][:-1])
            earlier, later = order[repeats], order[repeats + 1]
            gap = time[later] - time[earlier]
            near = later - earlier <= DISTANCE
            by_id = with_id[later] & (np.abs(gap) <= SAME_ID_NS)
            elsewhere = ~with_id[later] & (np.abs(gap) <= OTHER_INTERFACE_NS) & (where[later] != where[earlier])
            duplicate[later] = near & (by_id | elsewhere)
        found = duplicate[len(self._print) :]
        self._print, self._time = prints[-DISTANCE:], time[-DISTANCE:]
        self._interface, self._has_id = where[-DISTANCE:], with_id[-DISTANCE:]
        return found

    def _prints(self, decoded: Decoded, rows: Integers, slots: Integers, from_upper: NDArray[np.bool_]) -> Numbers:
        """A seeded 64-bit fingerprint of the endpoints, the direction and all header fields that would differ."""
        names = ("seq", "ack", "ip_id", "checksum", "flags", "window", "length")
        seq, ack, ip_id, checksum, flags, window, length = (
            of_segments(getattr(decoded, name), rows).astype(np.uint64) for name in names
        )
        parts = (
            (slots * 2 + from_upper).astype(np.uint64) << np.uint64(32) | length,
            seq << np.uint64(32) | ack,
            ip_id << np.uint64(48) | checksum << np.uint64(32) | flags << np.uint64(16) | window,
        )
        return mixed(parts, self._secrets)
