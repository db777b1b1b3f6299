"""The file that the screen is written to, which bears that the terminal vanishes."""

from typing import TextIO


class LastingFile:
    """Writes to a terminal; once that is gone, everything is dropped.

    The thread that writes then still empties its queue: whoever writes the last words never waits for ever.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._gone = False

    def write(self, text: str) -> None:
        """Write text, or drop it."""
        if not self._gone:
            try:
                self._file.write(text)
            except OSError:
                self._gone = True

    def flush(self) -> None:
        """Have everything written."""
        if not self._gone:
            try:
                self._file.flush()
            except OSError:
                self._gone = True

    def fileno(self) -> int:
        """Descriptor of the terminal."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal, and there."""
        return self._file.isatty()
