"""What is said of each frame in a packet comment."""

from dataclasses import replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from tui import views
from tui.export.states_before import StatesBefore
from tui.session import Session
from tui.text import printable


class Comments:
    """Explanations of segments, for rows that are taken in their order."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._before = StatesBefore(session)
        name = session.capture.name
        self._name = printable(PurePath(name).name or name) if name != "-" else session.capture.shown_name

    def of(self, rows: NDArray[np.int64]) -> list[str]:
        """A comment for the frame of each row, which ascend from call to call; empty where it is no TCP segment.

        It begins with the frame's number in the capture, as the sentences name others by theirs, and a file with a
        part of the frames numbers them anew.
        """
        found: list[str] = []
        states = self._before.of(rows)
        for view, (client, server) in zip(views.frames_at(self._session, rows), states, strict=True):
            if isinstance(view, views.SegmentView):
                full = replace(view, client_state_before=client, server_state_before=server)
                place = f"Frame {view.number} of {self._name}, connection {view.connection}"
                found.append(printable(f"{place}: {views.explain(self._session, full)}"))
            else:
                found.append("")
        return found
