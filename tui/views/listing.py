"""Connections as a list shows them: many at once, with what each is for."""

from collections.abc import Sequence

import numpy as np

from tui.session import Session
from tui.views.applications import applications
from tui.views.connection_views import ConnectionView, connections


def listed(session: Session, numbers: Sequence[int]) -> list[tuple[ConnectionView | None, str]]:
    """Connections and what they are for, in their order; None for one that was given up."""
    given_up = session.connections.given_up
    there = np.array([number for number in numbers if number not in given_up], np.int64)
    found = zip(connections(session, there), applications(session, there), strict=True)
    known = {view.connection: (view, words) for view, words in found}
    return [known.get(number, (None, "")) for number in numbers]
