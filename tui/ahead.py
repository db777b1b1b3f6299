"""Items that another process makes while this one still works on those before: one writes, the other reads.

What an item says goes through a pipe, pickled; its arrays go through memory that both processes see.
"""

import mmap
import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, BinaryIO, Generic, TypeVar

from tui.forked import end, fork

SLOT_BYTES = 8 << 20
"""Room for the arrays of one item; larger ones go through the pipe as well."""

SLOTS = 2
"""Items whose arrays are on their way at most."""

ALIGNED = 16
"""Arrays begin at multiples of so many bytes."""

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """Items that a child process makes. Whoever goes through them gets them once, in their order."""

    def __init__(self, make: Callable[[], Iterable[Item]]) -> None:
        """Start the child, which yields what `make` does. Raises OSError where there can't be another process."""
        self.complete = False
        """Whether all items came; the child may have failed before."""
        self._memory = mmap.mmap(-1, SLOT_BYTES * SLOTS)
        free_slots, self._give_back = os.pipe()
        try:
            items, sending = os.pipe()
        except OSError:
            os.close(free_slots)
            os.close(self._give_back)
            raise
        self._items: BinaryIO = os.fdopen(items, "rb")
        os.write(self._give_back, bytes(range(SLOTS)))

        def work() -> None:
            os.close(self._give_back)  # so that this process ends once the other one is gone
            os.close(items)
            with os.fdopen(sending, "wb") as output:
                for item in make():
                    self._send(output, item, free_slots)
                pickle.dump(None, output)

        try:
            self._process = fork(work)
        except OSError:
            os.close(self._give_back)
            self._items.close()
            raise
        finally:
            os.close(free_slots)
            os.close(sending)

    def __iter__(self) -> Iterator[Item]:
        """Each item, once it is there; the end where there are no more, or the child has failed."""
        try:
            while (message := pickle.load(self._items)) is not None:  # noqa: S301 - from this program's own child
                yield self._received(*message)
            self.complete = True
        except (EOFError, OSError, pickle.UnpicklingError):
            return
        finally:
            self.close()

    def close(self) -> None:
        """End the child; a second time does nothing."""
        if self._process:
            process, self._process = self._process, 0
            end(process)
            os.close(self._give_back)
            self._items.close()

    def _send(self, output: BinaryIO, item: Item, free_slots: int) -> None:
        """What the child does with an item; waits for a free slot."""
        arrays: list[pickle.PickleBuffer] = []
        content = pickle.dumps(item, 5, buffer_callback=arrays.append)
        pieces = [array.raw() for array in arrays]
        if sum(_room(len(piece)) for piece in pieces) > SLOT_BYTES:
            pickle.dump((pickle.dumps(item, 5), None, []), output)
        else:
            slot = os.read(free_slots, 1)
            if not slot:
                raise BrokenPipeError
            at = slot[0] * SLOT_BYTES
            for piece in pieces:
                self._memory[at : at + len(piece)] = piece
                at += _room(len(piece))
            pickle.dump((content, slot[0], [len(piece) for piece in pieces]), output)
        output.flush()

    def _received(self, content: bytes, slot: int | None, sizes: list[int]) -> Any:
        """The item of a message. Its arrays are copied: whoever gets it may keep them."""
        if slot is None:
            return pickle.loads(content)  # noqa: S301 - the same
        at = slot * SLOT_BYTES
        with memoryview(self._memory) as memory:
            arrays = memoryview(bytearray(memory[at : at + sum(_room(size) for size in sizes)]))
        with suppress(BrokenPipeError):  # the child needs no more slots
            os.write(self._give_back, bytes([slot]))
        pieces: list[memoryview] = []
        for size in sizes:
            pieces.append(arrays[:size])
            arrays = arrays[_room(size) :]
        return pickle.loads(content, buffers=pieces)  # noqa: S301 - the same


def _room(size: int) -> int:
    """Bytes up to where the next array begins."""
    return -(-size // ALIGNED) * ALIGNED
