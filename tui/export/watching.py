"""How far an export is, told to who waits for it, who may stop it."""

from collections.abc import Callable

from tui.errors import UserError


class StoppedError(UserError):
    """The export was stopped by who asked for it; nothing is left of it."""

    def __init__(self) -> None:
        super().__init__("stopped; nothing was written")


class Watch:
    """Is told of every piece that is done."""

    def __init__(
        self, progress: Callable[[int], None] | None = None, cancelled: Callable[[], bool] | None = None
    ) -> None:
        """`progress` is given how many rows or connections are done; where `cancelled` says so, the export stops."""
        self._progress = progress
        self._cancelled = cancelled
        self.done = 0
        """Rows or connections so far."""

    def add(self, count: int) -> None:
        """Some more are done. Raises StoppedError."""
        self.done += count
        if self._cancelled is not None and self._cancelled():
            raise StoppedError
        if self._progress is not None:
            self._progress(self.done)
