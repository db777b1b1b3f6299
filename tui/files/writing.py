"""Writing frames to a new capture file."""

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from tui.errors import InputError
from tui.files.frames import FrameBatch
from tui.files.new_file import NewFile, check_new_file, refuse_existing
from tui.files.pcap_writing import PcapWriter
from tui.files.pcapng_writing import PcapngWriter
from tui.files.source import Capture

__all__ = ["PCAP_ENDINGS", "CaptureWriter", "FormatWriter", "check_new_file", "names_pcap", "refuse_existing"]

PCAP_ENDINGS = (".pcap", ".cap", ".dmp")
"""Endings of a name, in any case, that ask for pcap instead of pcapng."""


class FormatWriter(Protocol):
    """Turns frames into records of one format."""

    def write(self, batch: FrameBatch, comments: Sequence[str] = ()) -> None:
        """Append the frames of a batch, each with its comment, or none with any.

        Raises InputError for what the format can't hold, and OSError.
        """

    def finish(self) -> None:
        """Write what only the end knows, and a header where no frame came."""


class CaptureWriter:
    """Copies frames of a capture to a new file; `-` is standard output, as pcap.

    Times, wire lengths, link types, byte order, snap lengths and, in pcapng, names of interfaces stay as they are.
    The file has its name once it is complete (tui.files.new_file). A pipe that nobody reads any more raises
    BrokenPipeError, all else that can fail InputError.
    """

    def __init__(self, path: str, source: Capture, replace: bool = False) -> None:
        """Raises InputError where the file can't be made, or exists; unless it is to be replaced."""
        self._new = None if path == "-" else NewFile(path, replace)
        self._file = sys.stdout.buffer if self._new is None else self._new.stream
        self._writer: FormatWriter = (
            PcapWriter(self._file, source, seekable=self._new is not None)
            if self._new is None or names_pcap(path)
            else PcapngWriter(self._file, source)
        )
        self._open = True

    def write(self, batch: FrameBatch, comments: Sequence[str] = ()) -> None:
        """Append the frames of a batch that the source has just given; with a comment for each where it is pcapng."""
        try:
            self._writer.write(batch, comments)
        except OSError as error:
            raise self._failure(error) from error

    def flush(self) -> None:
        """Send what was written on its way."""
        try:
            self._file.flush()
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        """Complete the file and give it its name; a second time does nothing."""
        if not self._open:
            return
        try:
            self._writer.finish()
            self._file.flush()
            if self._new is not None:
                self._new.close()
            self._open = False
        except OSError as error:
            self.discard()
            raise self._failure(error) from error
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Give the file up: what was written of it is removed."""
        self._open = False
        if self._new is not None:
            self._new.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _failure(self, error: OSError) -> Exception:
        if isinstance(error, BrokenPipeError):
            return error
        return InputError(f"- can't be written: {error.strerror}") if self._new is None else self._new.failure(error)


def names_pcap(path: str) -> bool:
    """Whether a file's name asks for pcap instead of pcapng."""
    return path.lower().endswith(PCAP_ENDINGS)
