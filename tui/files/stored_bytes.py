"""The bytes of a capture on disk: read by offset, never mapped, as a mapped file that shrinks kills the process."""

import os
from collections.abc import Sequence
from itertools import repeat
from threading import Lock

_READS_AT_ONCE = 256
"""Places that are read while all other threads wait."""


class StoredBytes:
    """An open file that one thread reads through while others look at single frames of it."""

    is_file = True
    """Whether all bytes are there from the beginning."""

    def __init__(self, descriptor: int) -> None:
        """Takes the descriptor over, and closes it in the end."""
        self._descriptor = descriptor
        self._lock = Lock()
        self._closed = False

    @property
    def size(self) -> int:
        """Bytes there are so far."""
        with self._lock:
            return 0 if self._closed else os.fstat(self._descriptor).st_size

    @property
    def growing(self) -> bool:
        """Whether more bytes are still to come."""
        return False

    @property
    def fault(self) -> str | None:
        """Why the bytes end before they should, in a few words."""
        return None

    def read_into(self, target: memoryview, offset: int) -> int:
        """Fill `target` from `offset` on, as far as there is something; returns the bytes read, 0 at the end.

        While more is to come, waits until there is at least one byte. Raises OSError where the disk fails.
        """
        with self._lock:
            return 0 if self._closed else os.preadv(self._descriptor, [target], offset)

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset` on, fewer where they end. Never waits. Raises OSError where the disk fails."""
        with self._lock:
            return b"" if self._closed else os.pread(self._descriptor, length, offset)

    def read_many(self, offsets: Sequence[int], lengths: Sequence[int]) -> list[bytes]:
        """What `read_at` finds at each of many offsets, in their order; sooner than one after the other."""
        found: list[bytes] = []
        for start in range(0, len(offsets), _READS_AT_ONCE):
            places = lengths[start : start + _READS_AT_ONCE], offsets[start : start + _READS_AT_ONCE]
            with self._lock:
                if self._closed:
                    return found + [b""] * (len(offsets) - start)
                found += map(os.pread, repeat(self._descriptor), *places)
        return found

    def close(self) -> None:
        """End all reading: from now on there are no bytes."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._descriptor)
