"""Writing frames to a new capture file, which has its name only once it is complete."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from tui.errors import InputError
from tui.files.frames import FrameBatch
from tui.files.pcap_writing import PcapWriter
from tui.files.pcapng_writing import PcapngWriter
from tui.files.source import Capture
from tui.text import printable

PCAP_ENDINGS = (".pcap", ".cap", ".dmp")
"""Endings of a name, in any case, that ask for pcap instead of pcapng."""


class FormatWriter(Protocol):
    """Turns frames into records of one format."""

    def write(self, batch: FrameBatch) -> None:
        """Append the frames of a batch. Raises InputError for what the format can't hold, and OSError."""

    def finish(self) -> None:
        """Write what only the end knows, and a header where no frame came."""


class CaptureWriter:
    """Copies frames of a capture to a new file; `-` is standard output, as pcap.

    Times, wire lengths, link types, byte order, snap lengths and, in pcapng, names of interfaces stay as they are.
    While it is being written, the file has `.part` behind its name; it is removed when the writer is left by an
    exception. A pipe that nobody reads any more raises BrokenPipeError, all else that can fail InputError.
    """

    def __init__(self, path: str, source: Capture, replace: bool = False) -> None:
        """Raises InputError where the file can't be made, or exists; unless it is to be replaced."""
        self._replace = replace
        self._name = printable(path)
        if path.endswith("/"):
            raise InputError(f"{self._name} names a folder; give the name of a file in it")
        self._path = None if path == "-" else Path(path)
        self._file = sys.stdout.buffer if self._path is None else self._create(self._path)
        seekable = self._path is not None
        as_pcap = self._path is None or self._path.name.lower().endswith(PCAP_ENDINGS)
        self._writer: FormatWriter = (
            PcapWriter(self._file, source, seekable) if as_pcap else PcapngWriter(self._file, source)
        )
        self._open = True

    def write(self, batch: FrameBatch) -> None:
        """Append the frames of a batch that the source has just given."""
        try:
            self._writer.write(batch)
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
            if self._path is not None:
                self._file.close()
                self._give_name(self._path)
            self._open = False
        except OSError as error:
            self.discard()
            raise self._failure(error) from error
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Give the file up: what was written of it is removed."""
        if not self._open:
            return
        self._open = False
        if self._path is None:
            return
        try:
            self._file.close()
        except OSError:
            pass  # what is still buffered does not fit on a full disk, and is not wanted any more
        finally:
            self._part(self._path).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _create(self, path: Path) -> BinaryIO:
        self._refuse_to_replace(path)
        part = self._part(path)
        try:
            return part.open("xb", buffering=1 << 20)
        except FileExistsError as error:
            raise InputError(
                f"{printable(str(part))} exists, perhaps of a run that is still writing or was stopped; remove it first"
            ) from error
        except (OSError, ValueError) as error:
            raise self._failure(error) from error

    def _give_name(self, path: Path) -> None:
        part = self._part(path)
        if self._replace:
            part.rename(path)
            return
        try:
            path.hardlink_to(part)  # unlike a rename, it fails where someone has made the file meanwhile
        except FileExistsError:
            self._refuse_to_replace(path)
            raise
        except OSError:  # a file system without hard links
            self._refuse_to_replace(path)
            part.rename(path)
            return
        part.unlink()

    def _refuse_to_replace(self, path: Path) -> None:
        if not self._replace:
            refuse_existing(path)

    @staticmethod
    def _part(path: Path) -> Path:
        return path.with_name(path.name + ".part")

    def _failure(self, error: OSError | ValueError) -> Exception:
        if isinstance(error, BrokenPipeError):
            return error
        reason = error.strerror if isinstance(error, OSError) else "no file can have this name"
        return InputError(f"{self._name} can't be written: {reason}")


def check_new_file(path: str) -> None:
    """Raises InputError where no new file of this name can be made."""
    refuse_existing(path)
    folder = Path(path).parent
    if not os.access(folder, os.W_OK | os.X_OK):
        reason = "can't be written" if folder.is_dir() else "is no folder"
        raise InputError(f"{printable(path)} can't be made: {printable(str(folder))} {reason}")


def refuse_existing(path: str | Path) -> None:
    """Raises InputError where there is something of this name."""
    if os.path.lexists(path):
        raise InputError(f"{printable(str(path))} exists; give another name or remove it first")
