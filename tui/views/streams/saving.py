"""A stream written to a file: the bytes that were captured, or what is shown of them."""

import threading
from collections.abc import Iterator

from tui.errors import InputError
from tui.files.new_file import NewFile
from tui.views.streams.passages import Passages
from tui.views.streams.stream import Kind
from tui.views.streams.text import BLOCK, NO_WRAP, Form, block_count, block_lines
from tui.views.streams.words import GUTTERS, gone, heading, notice

PIECE = 1 << 20
"""Bytes that are read at once."""


class _CancelledError(Exception):
    """Nobody wants the file any more."""


class Saving:
    """Writes in a thread of its own; whoever shows how far it is looks at it from time to time."""

    def __init__(self, passages: Passages, path: str, form: Form | None, replace: bool = False) -> None:
        """`form`: as what is shown; None for the bytes themselves. Raises InputError where no file can be made."""
        self._passages = passages
        self._form = form
        self._file = NewFile(path, replace)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="saving", daemon=True)
        self.total = sum(passages.data_bytes())
        """Bytes of the stream that are to be written."""
        self.path = path
        self.written = 0
        """Bytes of the file so far."""
        self.read = 0
        """Bytes of the stream so far."""
        self.fault = ""
        """What has gone wrong, as a sentence; empty where nothing has."""
        self.cancelled = False
        """Whether it ended because nobody wanted it any more; false where the file was done before that."""
        self.failure: Exception | None = None
        """An error that is ours."""

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return not self._thread.is_alive()

    @property
    def left_out(self) -> str:
        """What is to be said of bytes that are missing; empty where none are, or where the file tells of them."""
        missing = self._passages.missing()
        return f"; {missing:,} missing bytes were left out" if missing and self._form is None else ""

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def cancel(self) -> None:
        """Write no more, and remove what was written."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait so long at most for its end."""
        self._thread.join(seconds)

    def _work(self) -> None:
        try:
            with self._file as new:
                for piece in self._bytes() if self._form is None else self._text(self._form):
                    if self._stop.is_set():
                        raise _CancelledError
                    new.stream.write(piece)
                    self.written += len(piece)
                new.stream.flush()
        except _CancelledError:
            self.cancelled = True
        except InputError as error:
            self.fault = str(error)
        except Exception as error:  # noqa: BLE001 - the screen's thread raises it
            self.failure = error

    def _bytes(self) -> Iterator[bytes]:
        """What was captured, without what is missing."""
        for index in range(len(self._passages)):
            passage = self._passages[index]
            if passage.kind != Kind.DATA:
                continue
            for offset in range(0, passage.length, PIECE):
                wanted = min(PIECE, passage.length - offset)
                piece = self._passages.read(index, offset, wanted)
                if piece is None:
                    raise InputError("Frames of this stream are not there any more; the file was not written.")
                self.read += wanted
                yield piece

    def _text(self, form: Form) -> Iterator[bytes]:
        """What is shown, without breaking long lines."""
        for index in range(len(self._passages)):
            passage = self._passages[index]
            if passage.kind != Kind.DATA:
                yield f"{notice(self._passages, passage)}\n".encode()
                continue
            if passage.headed:
                yield f"{heading(self._passages, passage)}\n".encode()
            gutter = f"{GUTTERS[passage.side]} "
            begins = True
            for block in range(block_count(passage.length)):
                lines = block_lines(self._passages, passage, block, form, NO_WRAP, len)
                if lines is None:
                    yield f"{gone(passage)}\n".encode()
                    continue
                text: list[str] = []
                for line in lines:
                    border = block * BLOCK + BLOCK
                    unfinished = form is not Form.HEX and line is lines[-1] and border <= line.stop < passage.length
                    ends = not unfinished or self._ends_line(index, line.stop)
                    text.append(f"{gutter if begins else ''}{line.text}{chr(10) if ends else ''}")
                    begins = ends
                self.read += min(BLOCK, passage.length - block * BLOCK)
                yield "".join(text).encode()

    def _ends_line(self, index: int, offset: int) -> bool:
        """Whether the byte before an offset is a line feed."""
        return self._passages.read(index, offset - 1, 1) == b"\n"
