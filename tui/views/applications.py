"""What connections are for, told from the first payload of each side; what was told once is kept."""

from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from tui.applications import BYTES_ENOUGH, describe
from tui.applications.services import SERVICES
from tui.errors import InputError
from tui.session import Session
from tui.tcp.tracking.landmarks import NONE, Landmark
from tui.views.sides import client_sides, server_ports

MOST_KEPT = 100_000
"""Descriptions that are kept of a session; those that were asked for last."""

_DATA = (int(Landmark.LOWER_DATA), int(Landmark.UPPER_DATA))

_PLACE = ("offset", "captured", "tcp_offset", "header_length", "length")
"""Columns of the store that say where a segment's payload is."""

Told = tuple[int, int, str]
"""A description, with the rows of the first payload of both sides that it was made from."""


class _Kept:
    """The descriptions of one session's connections."""

    def __init__(self) -> None:
        self._texts: OrderedDict[int, Told] = OrderedDict()
        self._changing = Lock()

    def get(self, numbers: list[int], rows: list[list[int]]) -> list[str | None]:
        """The descriptions of connections that were made from these rows."""
        with self._changing:
            found: list[str | None] = []
            for number, (lower, upper) in zip(numbers, rows, strict=True):
                told = self._texts.get(number)
                if told is not None and told[0] == lower and told[1] == upper:
                    found.append(told[2])
                    self._texts.move_to_end(number)
                else:
                    found.append(None)
            return found

    def put(self, told: Iterable[tuple[int, Told]]) -> None:
        """Keep the descriptions of connections."""
        with self._changing:
            self._texts.update(told)
            while len(self._texts) > MOST_KEPT:
                self._texts.popitem(last=False)


_KEPT: WeakKeyDictionary[Session, _Kept] = WeakKeyDictionary()


def application(session: Session, number: int) -> str:
    """What a connection is for, fit to be drawn: `GET /index.html (example.org)`, `TLS 1.3 example.org`, `Redis PING`.

    Else the name of the service that usually listens on the server's port; empty where there is none. Payload that
    was given up tells nothing, unless it was asked for before.
    """
    return applications(session, np.array([number]))[0]


def applications(session: Session, numbers: NDArray[np.int64]) -> list[str]:
    """What many connections are for; of more than are kept, only the services."""
    if len(numbers) > MOST_KEPT:
        return [SERVICES.get(port, "") for port in server_ports(session, numbers).tolist()]
    texts = [SERVICES.get(port, "") for port in server_ports(session, numbers).tolist()]
    rows = session.connections.landmarks.values["row"][numbers][:, _DATA]
    with_data = np.flatnonzero((rows != NONE).any(axis=1))
    for at, text in zip(with_data.tolist(), _told(session, numbers[with_data], rows[with_data]), strict=True):
        texts[at] = text
    return texts


def _told(session: Session, numbers: NDArray[np.int64], rows: NDArray[np.uint32]) -> list[str]:
    """The descriptions of connections with payload, which begins in these rows."""
    kept = _KEPT.setdefault(session, _Kept())
    known = kept.get(numbers.tolist(), rows.tolist())
    unknown = np.array([at for at, text in enumerate(known) if text is None], np.int64)
    if not len(unknown):
        return [text or "" for text in known]
    numbers, rows = numbers[unknown], rows[unknown]
    payloads = _payloads(session, rows.ravel())
    sides, ports = client_sides(session, numbers).tolist(), server_ports(session, numbers).tolist()
    texts = [
        describe(upper, lower, port) if side else describe(lower, upper, port)
        for side, port, lower, upper in zip(sides, ports, payloads[::2], payloads[1::2], strict=True)
    ]
    kept.put(zip(numbers.tolist(), zip(*rows.T.tolist(), texts, strict=True), strict=True))
    for at, text in zip(unknown.tolist(), texts, strict=True):
        known[at] = text
    return [text or "" for text in known]


def _payloads(session: Session, rows: NDArray[np.uint32]) -> list[bytes]:
    """The first captured bytes of each segment's payload; none where there is no such row any more."""
    payloads = [b""] * len(rows)
    there = np.flatnonzero((rows != NONE) & (rows >= session.store.start))
    chosen = rows[there].astype(np.int64)
    columns = [session.store.gather(name, chosen).astype(np.int64) for name in _PLACE]
    offset, captured, tcp_offset, header_length, length = columns
    skipped = tcp_offset + header_length
    wanted = np.minimum(np.minimum(length, captured - skipped), BYTES_ENOUGH)
    captured_any = wanted > 0
    begin, size = (offset + skipped)[captured_any].tolist(), wanted[captured_any].tolist()
    with suppress(InputError):  # the pipeline meets the same disk, and says so
        for at, payload in zip(there[captured_any].tolist(), session.capture.read_many(begin, size), strict=True):
            payloads[at] = payload
    return payloads
