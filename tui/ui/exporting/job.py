"""Work that is too long for the screen's own thread."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from tui.errors import UserError

Result = TypeVar("Result")


class Job(threading.Thread, Generic[Result]):
    """Runs in a thread of its own until it is done or stopped. Nobody has to wait for it."""

    def __init__(self, work: Callable[["Job[Result]"], Result]) -> None:
        """`work` sets `done` now and then, and gives up where `is_stopped`."""
        super().__init__(name="export", daemon=True)
        self._work = work
        self._stopping = threading.Event()
        self.done = 0
        """How much of it is done."""
        self.result: Result | None = None
        self.refusal = ""
        """Why it could not be done, as a sentence."""
        self.error: BaseException | None = None
        """What must not happen."""

    def run(self) -> None:
        """Do the work, and keep what comes of it for the screen's own thread."""
        try:
            self.result = self._work(self)
        except UserError as error:
            self.refusal = str(error)
        except BaseException as error:  # noqa: BLE001 - raised again where it is seen
            self.error = error

    def take_progress(self, done: int) -> None:
        """Note how much is done."""
        self.done = done

    def is_stopped(self) -> bool:
        """Whether it is to give up."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Have it give up."""
        self._stopping.set()
