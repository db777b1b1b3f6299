"""Accounts of connections for the screen: what takes long is worked out in the background, and never held up by."""

import threading
import time
from collections.abc import Callable

from tui.views import Account, ConnectionView

AT_ONCE = 10_000
"""Segments up to which the account of the one connection that is looked at is made at once, in some milliseconds."""

MOST_KNOWN = 1024
"""Accounts that are remembered."""

MOST_WANTED = 200
"""Connections that wait for their accounts; of more, those that were asked for last."""

QUIET = 0.15
"""Seconds in which nothing more is asked for, as when a key is not held any more, before accounts are made."""

LONGEST_WAIT = 1.0
"""Seconds after which they are made all the same, as where connections change all the time."""

Stage = tuple[int | str, ...]
"""How far a connection was when its account was made."""

Wish = tuple[int, bool]
"""The number of a connection, and whether its account is to be told in full or for its problems only."""


class Accounts:
    """Asked by the screen's thread. A thread of its own, which ends when there is nothing to do, makes the accounts."""

    def __init__(self, make: Callable[[int], Account]) -> None:
        """`make`: makes the account of a connection; raises KeyError where it was given up."""
        self._make = make
        self._known: dict[Wish, tuple[Stage, Account]] = {}
        self._wanted: dict[Wish, Stage] = {}
        self._changing = threading.Lock()
        self._working = False
        self._asked_at = 0.0
        self._news = False
        self._error: Exception | None = None

    def of(self, view: ConnectionView) -> Account | None:
        """The account of a connection; of a long one the latest there is, None before the first."""
        if sum(view.packets) <= AT_ONCE:
            return self._make(view.connection)
        return self._latest((view.connection, True), (*view.packets, view.problem_count, view.verdict))

    def problems(self, view: ConnectionView) -> tuple[str, ...]:
        """What is known to have gone wrong with a connection, the worst first.

        Asked again with the first of its problems, with every twice as many segments, and at its end.
        """
        segments = sum(view.packets)
        stage = (view.problem_count.bit_length(), segments.bit_length(), view.verdict)
        account = self._latest((view.connection, False), stage)
        return () if account is None else account.problems

    def take_news(self) -> bool:
        """Whether accounts were made since the last time; raises what went wrong meanwhile."""
        with self._changing:
            if self._error is not None:
                raise self._error
            news, self._news = self._news, False
            return news

    def _latest(self, wish: Wish, stage: Stage) -> Account | None:
        with self._changing:
            known = self._known.get(wish)
            if known is None or known[0] != stage:
                self._wanted.pop(wish, None)
                self._wanted[wish] = stage
                self._asked_at = time.monotonic()
                if len(self._wanted) > MOST_WANTED:
                    del self._wanted[next(iter(self._wanted))]
                if not self._working:
                    self._working = True
                    threading.Thread(target=self._work, name="accounts", daemon=True).start()
            return None if known is None else known[1]

    def _work(self) -> None:
        """Once it is quiet make the accounts that are wanted, those that were asked for last first."""
        begin_at_last = time.monotonic() + LONGEST_WAIT
        while (wait := min(self._asked_at + QUIET, begin_at_last) - time.monotonic()) > 0:
            time.sleep(wait)
        while True:
            with self._changing:
                if not self._wanted or self._error is not None:
                    self._working = False
                    return
                wish, stage = self._wanted.popitem()
            try:
                account = self._make(wish[0])
            except KeyError:  # given up meanwhile
                continue
            except Exception as error:  # noqa: BLE001 - the screen's thread raises it
                self._error = error
                continue
            with self._changing:
                if len(self._known) >= MOST_KNOWN:
                    self._known.clear()
                self._known[wish] = stage, account
                self._news = True
