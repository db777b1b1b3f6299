"""What the export dialog has done in the background."""

from dataclasses import dataclass
from pathlib import Path

from tui.errors import InputError
from tui.export.targets import check_target
from tui.session import Session
from tui.ui.exporting.job import Job
from tui.ui.exporting.kinds import Kind
from tui.ui.exporting.selections import Amount, Selection, measured


@dataclass(frozen=True, slots=True)
class Written:
    """What has become of an export."""

    path: str
    count: int
    """Frames, segments or connections in the file."""
    missing: int
    """Those that were chosen and had been given up when their turn came."""
    size: int
    """Bytes of the file."""


class Exporter:
    """Counts and writes what is in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._counted: tuple[int, int] = (0, 0)
        self.total = 0
        """Rows or connections that are to be gone through; 0 while that isn't known."""

    def measure(self, selection: Selection, _job: Job[Amount]) -> Amount:
        """How much a selection is."""
        self._counted = self._extent
        return measured(self._session, selection.rows())

    def has_grown(self) -> bool:
        """Whether frames have come or gone since something was counted."""
        return self._counted != self._extent

    def refusal(self, path: str) -> str:
        """Why nothing can be written to this path; empty where nothing speaks against it."""
        try:
            check_target(self._session, path)
        except InputError as error:
            return str(error)
        return ""

    def write(self, selection: Selection, kind: Kind, path: str, replace: bool, job: Job[Written]) -> Written:
        """Write a selection; raises UserError."""
        self.total = 0
        amount = measured(self._session, selection.rows())
        refusal = kind.refusal(amount)
        if refusal:
            raise InputError(refusal.rstrip("."))
        self.total = kind.steps(amount)
        count = kind.write(self._session, amount, path, replace, job)
        return Written(path, count, max(kind.count(amount) - count, 0), Path(path).stat().st_size)

    @property
    def _extent(self) -> tuple[int, int]:
        return self._session.store.start, len(self._session.store)
