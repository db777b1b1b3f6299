"""A new file, which has its name only once it is complete."""

import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from tui.errors import InputError
from tui.text import printable


class NewFile:
    """A file that is being written: it has `.part` behind its name until `close`, and is removed where the block is
    left by an exception.

    What is written to `stream` raises OSError; inside the block of `with`, that becomes an InputError.
    """

    def __init__(self, path: str, replace: bool = False) -> None:
        """Raises InputError where the file can't be made, or exists; unless it is to be replaced."""
        self._replace = replace
        self._name = printable(path)
        if path.endswith("/"):
            raise InputError(f"{self._name} names a folder; give the name of a file in it")
        self._path = Path(path)
        self._part = self._path.with_name(self._path.name + ".part")
        self._refuse_to_replace()
        self.stream: BinaryIO = self._create()
        """What is to be written to."""
        self._open = True

    def close(self) -> None:
        """Complete the file and give it its name; a second time does nothing. Raises InputError."""
        if not self._open:
            return
        try:
            self.stream.close()
            self._give_name()
            self._open = False
        except OSError as error:
            self.discard()
            raise self.failure(error) from error
        except BaseException:
            self.discard()
            raise

    def discard(self) -> None:
        """Give the file up: what was written of it is removed."""
        if not self._open:
            return
        self._open = False
        try:
            self.stream.close()
        except OSError:
            pass  # what is still buffered does not fit on a full disk, and is not wanted any more
        finally:
            self._part.unlink(missing_ok=True)

    def failure(self, error: OSError | ValueError) -> InputError:
        """What is to be said of an error in writing."""
        reason = error.strerror if isinstance(error, OSError) else "no file can have this name"
        return InputError(f"{self._name} can't be written: {reason}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
            return
        self.discard()
        if isinstance(error, OSError):
            raise self.failure(error) from error

    def _create(self) -> BinaryIO:
        try:
            return self._part.open("xb", buffering=1 << 20)
        except FileExistsError as error:
            raise InputError(
                f"{printable(str(self._part))} exists, perhaps of a run that is still writing or was stopped; "
                "remove it first"
            ) from error
        except (OSError, ValueError) as error:
            raise self.failure(error) from error

    def _give_name(self) -> None:
        if self._replace:
            self._part.rename(self._path)
            return
        try:
            self._path.hardlink_to(self._part)  # unlike a rename, it fails where someone has made the file meanwhile
        except FileExistsError:
            self._refuse_to_replace()
            raise
        except OSError:  # a file system without hard links
            self._refuse_to_replace()
            self._part.rename(self._path)
            return
        self._part.unlink()

    def _refuse_to_replace(self) -> None:
        if not self._replace:
            refuse_existing(self._path)


def check_new_file(path: str) -> None:
    """Raises InputError where no new file of this name can be made."""
    refuse_existing(path)
    check_folder(path)


def check_folder(path: str) -> None:
    """Raises InputError where the folder of a file takes no new files."""
    folder = Path(path).parent
    if not os.access(folder, os.W_OK | os.X_OK):
        reason = "can't be written" if folder.is_dir() else "is no folder"
        raise InputError(f"{printable(path)} can't be made: {printable(str(folder))} {reason}")


def refuse_existing(path: str | Path) -> None:
    """Raises InputError where there is something of this name."""
    if os.path.lexists(path):
        raise InputError(f"{printable(str(path))} exists; give another name or remove it first")
