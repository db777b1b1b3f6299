"""The spool: bytes that come only once, from a pipe or a decompressor, kept on disk while they come."""

import errno
import os
from collections.abc import Iterator
from threading import Condition, Thread

from tui.errors import InputError
from tui.files.stored_bytes import StoredBytes
from tui.text import printable

KEPT_FREE = 512 << 20
"""Bytes of the disk that a spool leaves free, so that a decompression bomb fills no disk."""

CHECK_EVERY = 16 << 20
"""Bytes written between two looks at the free space; a small capture opens on an almost full disk too."""


class BrokenStreamError(Exception):
    """The bytes that fill a spool stop making sense; the message says why in a few words."""


class Spool(StoredBytes):
    """A nameless temporary file that a thread of its own fills."""

    is_file = False

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """`pieces` may block, and may end with BrokenStreamError or OSError. Raises InputError without a place."""
        import tempfile  # noqa: PLC0415 - a capture that is a plain file does without it

        self._folder = spool_folder()
        try:
            with tempfile.TemporaryFile(dir=self._folder, buffering=0) as file:
                super().__init__(os.dup(file.fileno()))
                output = os.dup(file.fileno())
        except OSError as error:
            raise InputError(
                f"can't keep the capture in {printable(self._folder)}: {error.strerror}; set TMPDIR to another folder"
            ) from error
        self._changed = Condition()
        self._size = 0
        self._growing = True
        self._fault: str | None = None
        self._abandoned = False
        Thread(target=self._fill, args=(pieces, output), name="spool", daemon=True).start()

    @property
    def size(self) -> int:
        with self._changed:
            return self._size

    @property
    def growing(self) -> bool:
        with self._changed:
            return self._growing

    @property
    def fault(self) -> str | None:
        with self._changed:
            return self._fault

    def read_into(self, target: memoryview, offset: int) -> int:
        with self._changed:
            while self._growing and not self._abandoned and offset >= self._size:
                self._changed.wait()
        return super().read_into(target, offset)

    def close(self) -> None:
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()
        super().close()

    def _fill(self, pieces: Iterator[bytes], output: int) -> None:
        """Write all pieces (in the spool's own thread), and say why it ended."""
        fault: str | None = "the input can't be read any further"
        try:
            for piece in pieces:
                fault = self._add(piece, output)
                if fault or self._abandoned:
                    break
            else:
                fault = None
        except BrokenStreamError as error:
            fault = str(error)
        except OSError as error:
            fault = f"the input can't be read any further: {error.strerror}"
        finally:
            os.close(output)
            with self._changed:
                self._growing, self._fault = False, fault
                self._changed.notify_all()

    def _add(self, piece: bytes, output: int) -> str | None:
        """Append one piece; returns why no more fits, if so."""
        before = self._size
        if before // CHECK_EVERY != (before + len(piece)) // CHECK_EVERY and free_space(output) < KEPT_FREE:
            return f"less than {KEPT_FREE >> 20} MiB are left free in {self._folder}; set TMPDIR to a larger disk"
        rest = memoryview(piece)
        while rest:
            try:
                written = os.write(output, rest)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                    return f"no space is left in {self._folder}; set TMPDIR to a larger disk"
                return f"{self._folder} can't be written: {error.strerror}"
            rest = rest[written:]
            with self._changed:
                self._size += written
                self._changed.notify_all()
        return None


LASTING_FOLDER = "/var/tmp"  # noqa: S108  the spool is a nameless file there, nothing can be put in its place
"""A folder for large temporary files that, unlike /tmp, is rarely held in memory."""


def spool_folder() -> str:
    """TMPDIR if set, else LASTING_FOLDER if it can be written, else the system's default."""
    chosen = os.environ.get("TMPDIR")
    if chosen:
        return chosen
    if os.access(LASTING_FOLDER, os.W_OK | os.X_OK):
        return LASTING_FOLDER
    import tempfile  # noqa: PLC0415 - the same

    return tempfile.gettempdir()


def free_space(descriptor: int) -> int:
    """Bytes that an ordinary user may still write on the disk of an open file."""
    disk = os.fstatvfs(descriptor)
    return disk.f_bavail * disk.f_frsize
