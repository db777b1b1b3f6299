"""The key that writes to a file."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from tui.ui.commands.base import Bench
from tui.ui.exporting.selections import Selection, no_rows, rows_of_connections
from tui.ui.look.quantities import counted


class Exporting(Bench):
    """Commands of the workbench."""

    _export_kind = 0
    """Place of the format that was chosen last."""

    def action_export(self) -> None:
        """Ask what to write and where to."""
        if not self.model.frames:
            self.say("There is no frame to write")
            return
        from tui.ui.dialogs.export import ExportDialog  # noqa: PLC0415 - not before it is asked for: the first rows do not wait for it
        from tui.ui.exporting.work import Exporter  # noqa: PLC0415

        selections = self._selections()
        dialog = ExportDialog(
            Exporter(self.session), self.model.source_name, selections, self._likely(selections), self._export_kind
        )

        def take(words: str | None) -> None:
            self._export_kind = dialog.kind_place
            if words:
                self.say(words)

        self.app.push_screen(dialog, take)

    def _likely(self, selections: list[Selection]) -> int:
        """What is most likely wanted: the marked frames, the connection in use, or the frames that are shown."""
        marked, shown, connection = 1, 2, 3
        in_use = self.subject_table is self.connection_table
        order = (marked, *((connection, shown) if in_use else (shown, connection)))
        return next((place for place in order if not selections[place].refusal), len(selections) - 1)

    def _selections(self) -> list[Selection]:
        store = self.session.store
        listed = self.model.listed_connections
        return [
            self._this_frame(),
            self._marked_frames(),
            self._shown_frames(),
            self._this_connection(),
            Selection(
                f"The {counted(len(listed), 'connection')} listed",
                "connections",
                lambda: rows_of_connections(self.session, self.model.listed_connections),
                "" if len(listed) else "none",
            ),
            Selection("Everything", "", lambda: np.arange(store.start, len(store))),
        ]

    def _this_frame(self) -> Selection:
        frame = self.packet_table.key
        if frame is None:
            return Selection("This frame", "", no_rows, "none")
        return Selection(f"This frame: {frame:,}", f"frame-{frame}", partial(self._rows_of_frames, [frame]))

    def _marked_frames(self) -> Selection:
        frames = self.model.marks.frames.tolist()
        words = f"The {counted(len(frames), 'marked frame')}" if frames else "The marked frames"
        return Selection(words, "marked", partial(self._rows_of_frames, frames), "" if frames else "none")

    def _shown_frames(self) -> Selection:
        number = self.packet_rows.connection
        file_words = "shown" if number is None else f"connection-{number}-shown"
        count = len(self.packet_rows)
        words = f"The {counted(count, 'frame')} shown"
        return Selection(words, file_words, lambda: self.packet_rows.packets.rows, "" if count else "none")

    def _this_connection(self) -> Selection:
        number = self.chosen_connection()
        if number is None:
            return Selection("This connection", "", no_rows, "none")
        rows = partial(rows_of_connections, self.session, np.array([number]))
        return Selection(f"Connection {number:,}, whole", f"connection-{number}", rows)

    def _rows_of_frames(self, frames: list[int]) -> NDArray[np.int64]:
        """The rows of frames, as far as they are still there."""
        rows = (self.model.row_of_frame(frame) for frame in frames)
        return np.array([row for row in rows if row is not None], np.int64)
