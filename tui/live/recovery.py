"""The live capture of a run that was killed, read again from what it left behind."""

import time

from tui.errors import InputError
from tui.files.pcapng import PcapngReader
from tui.files.source import Capture
from tui.live.blocks import PIECE
from tui.live.segments import SegmentBytes
from tui.live.spool_folder import SpoolFolder, abandoned_spools, users_folders
from tui.text import printable


class RecoveredCapture(Capture):
    """A live capture that was interrupted. It is kept on disk until `discard`."""

    def __init__(self, folder: SpoolFolder) -> None:
        """Raises InputError where the folder can't be read."""
        try:
            stored = _stored(folder)
        except OSError as error:
            raise InputError(f"{printable(str(folder.path))} can't be read: {error.strerror}") from error
        began = time.strftime("%Y-%m-%d %H:%M", time.localtime(folder.meta.started))
        super().__init__(f"recovered capture of {folder.meta.source}, {began}", stored, PcapngReader(), 0)
        self._folder = folder

    def discard(self) -> None:
        """Delete it: it was saved elsewhere. It can't be read any more."""
        self.close()
        self._folder.remove()

    def close(self) -> None:
        super().close()
        self._folder.close()


def recover() -> RecoveredCapture:
    """Open the newest live capture that a killed run has left. Raises InputError where there is none."""
    for spool in abandoned_spools():
        folder = spool.take()
        if folder is not None:
            return RecoveredCapture(folder)
    places = " or ".join(printable(str(folder)) for folder in users_folders())
    raise InputError(f"there is no capture to recover in {places}; captures are removed when tcptui ends in order")


def _stored(folder: SpoolFolder) -> SegmentBytes:
    stored = SegmentBytes(folder.path)
    try:
        for name in folder.segments:
            size = (folder.path / name).stat().st_size
            stored.begin(name, min(size, PIECE))
            stored.grow(size)
        stored.end()
    except BaseException:
        stored.close()
        raise
    return stored
