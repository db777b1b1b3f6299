"""Signals as the way in which a live capture without a screen ends."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from types import FrameType
from typing import TYPE_CHECKING

from tui.cli.streams import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tui.session import Session

    Handler = Callable[[int, FrameType | None], object] | int | None


@contextmanager
def until_interrupted(session: "Session") -> Iterator[None]:
    """A signal is how a live capture without a screen ends: all that was captured is still worked on.

    As with tcpdump, that is Ctrl+C, or what timeout(1) and kill(1) send; a second signal ends the run at once.
    """
    live = session.live
    if live is None:
        yield
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    before = {number: handler for number, handler in handlers.items() if handler != signal.SIG_IGN}

    def finish(_number: int, _frame: FrameType | None) -> None:
        _set_handlers(before)
        # in a thread, as the one that is interrupted may hold what finishing has to wait for
        Thread(target=live.finish, daemon=True).start()

    _set_handlers(dict.fromkeys(before, finish))
    tell(f"capturing on {live.shown_name}; Ctrl+C ends it")
    try:
        yield
    finally:
        _set_handlers(before)


def _set_handlers(handlers: "Mapping[signal.Signals, Handler]") -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
