"""Keys that copy to the clipboard of the user's terminal (OSC 52), which works over SSH as well."""

from tui.text import printable
from tui.ui.commands.base import Bench
from tui.ui.look.quantities import counted
from tui.ui.tables.columns import fit

MOST_BYTES = 24 << 10
"""Bytes of a packet that are copied: two hex digits each and base64 on top, terminals take about 64 KiB."""

SHOWN_CELLS = 60
"""So much of what was copied is said."""


class Copying(Bench):
    """Commands of the workbench."""

    def action_copy_cell(self) -> None:
        """Copy the chosen cell, field or bytes; in a table without a chosen column, the row."""
        if self.current_pane.id == "fields":
            field = self.inspector.field
            self._copy("" if field is None else f"{field.name}: {field.value}" if field.value else field.name)
        elif self.current_pane.id == "bytes":
            self._copy(self.inspector.marked_bytes[:MOST_BYTES].hex())
        else:
            self._copy(self.subject_table.copy_text(self.subject_table.column))

    def action_copy_row(self) -> None:
        """Copy the row under the cursor, a tab between two columns."""
        self._copy(self.subject_table.copy_text(None))

    def action_copy_bytes(self) -> None:
        """Copy the bytes of the packet under the cursor as hex digits."""
        if self.packet_table.key is None:
            self.say("There is no packet to copy")
            return
        _, data = self.model.frame_bytes(self.packet_rows.packets.store_row(self.packet_table.cursor))
        if not data:
            self.say("The bytes of this packet are gone")
            return
        copied = data[:MOST_BYTES]
        self.app.copy_to_clipboard(copied.hex())
        whole = counted(len(data), "byte")
        which = whole if len(copied) == len(data) else f"the first {len(copied):,} of {whole}"
        self.say(f"Copied {which} of frame {self.packet_table.key:,} as hex digits")

    def _copy(self, text: str) -> None:
        if not text:
            self.say("There is nothing to copy")
            return
        safe = "\t".join(printable(part) for part in text.split("\t"))
        self.app.copy_to_clipboard(safe)
        self.say(f"Copied {fit(safe.replace(chr(9), '  '), SHOWN_CELLS).rstrip()}")
