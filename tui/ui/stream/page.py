"""The page that follows a stream: what both ends have sent, one side of it, and into a file."""

import stat
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widget import Widget

from tui.errors import InputError
from tui.text import printable
from tui.ui.actions import bindings
from tui.ui.look.quantities import bytes_text, counted
from tui.ui.model import Model
from tui.ui.pages import Page
from tui.ui.stream.building import Building
from tui.ui.stream.view import StreamView
from tui.views.streams import BOTH_SIDES, CLIENT, SERVER, Finding, Form, Passages, Saving, Stream, frame_number

LOOK = 0.1
"""Seconds between two looks at what goes on in the background."""

AT_ONCE = 0.1
"""Seconds that a stream is waited for when the page opens, and a search before that is worth a word."""

LONGEST_WAIT = 2.0
"""Seconds that leaving the program waits for a file that is given up to be removed."""

SIDES = {"both": BOTH_SIDES, "client": (CLIENT,), "server": (SERVER,)}
"""What can be shown, by its name."""

SIDE_WORDS = {BOTH_SIDES: "both sides", (CLIENT,): "only the client", (SERVER,): "only the server"}

FOLDER_ENDING = "/"


class StreamPage(Page):
    """Follows the stream of one connection; `dismiss` tells the frame to go to."""

    KEYS: ClassVar[str] = "stream"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("page"), *bindings("stream")]

    def __init__(self, model: Model, connection: int, frame: int | None = None) -> None:
        """`frame`: number of the frame whose bytes the cursor begins on, where it has any."""
        super().__init__(model, connection)
        self.view = StreamView()
        self._building = Building(lambda: model.stream(connection))
        self._stream: Stream | None = None
        self._sides: tuple[int, ...] = BOTH_SIDES
        self._passages: Passages | None = None
        self._frame = frame
        self._saving: Saving | None = None
        self._finding: Finding | None = None
        self._sought = ""

    def body(self) -> Widget:
        """The conversation."""
        return self.view

    def title_words(self) -> str:
        """Whose conversation it is, how much was said, and where in it the cursor is."""
        if self._stream is None or self._passages is None:
            return f"Stream of connection {self.connection}"
        client, server = self._passages.data_bytes()
        said = {"both": f"→ {bytes_text(client)} ← {bytes_text(server)}", "client": f"→ {bytes_text(client)}"}
        amounts = said.get(self._side_name, f"← {bytes_text(server)}")
        missing = self._passages.missing()
        parts = [
            self._where(),
            f"Stream of connection {self.connection}",
            f"{SIDE_WORDS[self._sides]}: {amounts}",
            f"{bytes_text(missing)} missing" if missing else "",
            "" if self._stream.has_beginning else "its beginning was given up",
            f"as {self.view.form.value}",
        ]
        return " · ".join(part for part in parts if part)

    @property
    def _side_name(self) -> str:
        return next(name for name, sides in SIDES.items() if sides == self._sides)

    def _where(self) -> str:
        number = self._cursor_frame()
        return f"Frame {number:,}" if number is not None else ""

    def _cursor_frame(self) -> int | None:
        row = self.view.frame_row
        return frame_number(self._passages, row) if row >= 0 and self._passages is not None else None

    def on_mount(self) -> None:
        """Begin to put the stream together; a short one is there at once."""
        self.view.say("Putting the stream together …")
        self._building.ask()
        self._building.wait(AT_ONCE)
        self.call_after_refresh(self._visit)
        self.set_interval(LOOK, self._visit)
        self.set_focus(self.view)

    def grow(self) -> None:
        """Have it put together anew."""
        self._building.ask()

    def _visit(self) -> None:
        """See what has been done in the background."""
        made = self._building.take()
        if made is not None:
            self._stream = made
            self._show()
        elif self._building.gone and self._stream is None:
            self.view.say(f"Connection {self.connection} is not there any more.")
            self.view.redraw()
        if self._saving is not None:
            self._tell_saving(self._saving)
        if self._finding is not None and self._finding.over:
            self._tell_finding(self._finding)

    def _show(self) -> None:
        if self._stream is None:
            return
        self._passages = Passages(self._stream, self._sides)
        self.view.say(self._words_without_bytes())
        self.view.show(self._passages)
        if self._frame is not None:
            row = self.model.row_of_frame(self._frame)
            found = self._passages.find(row, 0) if row is not None else None
            if found is not None:
                self.view.move_to_byte(*found)
            self._frame = None
        self.update_title()

    def _words_without_bytes(self) -> str:
        who = {"both": "Neither end", "client": "The client", "server": "The server"}[self._side_name]
        has_not = "has not" if self._side_name != "both" else "has"
        return f"{who} {has_not} sent any data so far. Esc goes back."

    @on(StreamView.Moved)
    def _follow_cursor(self) -> None:
        self.update_title()

    @on(StreamView.Chosen)
    def action_to_frame(self) -> None:
        """Go to the frame whose bytes the line under the cursor begins with."""
        number = self._cursor_frame()
        if number is None:
            self.say("No frame that is still there belongs to this line")
        else:
            self.dismiss(number)

    def action_leave(self) -> None:
        """Stop what is going on in the background, else go back to the tables."""
        if self._saving is not None:
            self._saving.cancel()
        elif self._finding is not None:
            self._finding.cancel()
            self._finding = None
            self.say("Search given up")
        else:
            super().action_leave()

    def on_unmount(self) -> None:
        """Nobody waits any more for what goes on in the background, but for a file to be removed."""
        for work in (self._saving, self._finding):
            if work is not None:
                work.cancel()
        if self._saving is not None:
            self._saving.wait(LONGEST_WAIT)

    def action_write_as(self, name: str) -> None:
        """Show the bytes as text, as a hex dump or escaped."""
        self.view.write_as(Form[name])
        self.update_title()

    def action_side(self, name: str) -> None:
        """Show what both have sent, or one of them."""
        self._sides = SIDES[name]
        self._show()

    def action_turn(self, direction: int) -> None:
        """Go to where the next turn or gap begins, or the one before."""
        if not self.view.move_by_turns(direction):
            self.say(f"No further turn {'below' if direction > 0 else 'above'}")

    def action_find(self) -> None:
        """Ask for a text, and go to where it comes next."""
        self.ask("Find text", self._find_first, self._sought)

    def _find_first(self, text: str) -> str | None:
        if not text:
            return "Type what to find; small letters find capitals as well."
        self._sought = text
        self._find(1)
        return None

    def action_find_next(self, direction: int) -> None:
        """Go to where the same text comes next, or came before."""
        if self._sought:
            self._find(direction)
        else:
            self.action_find()

    def _find(self, direction: int) -> None:
        row = self.view.row
        if self._passages is None or row is None:
            self.say("There is nothing to find it in")
            return
        if self._finding is not None:
            self._finding.cancel()
        offset = row.stop - 1 if direction > 0 and row.kind == "data" else row.start - (row.kind != "data")
        self._finding = Finding(self._passages, self._sought, row.passage, offset, direction)
        self._finding.start()
        self._finding.wait(AT_ONCE)
        if self._finding.over:
            self._tell_finding(self._finding)
        else:
            self.say(f"Looking for `{self._sought}`; Esc gives up")

    def _tell_finding(self, finding: Finding) -> None:
        self._finding = None
        if finding.failure is not None:
            raise finding.failure
        if finding.found is None:
            self.say(f"No further `{finding.text}` here")
            return
        number, offset = finding.found
        if finding.passages is self._passages:
            self.view.move_to_byte(number, offset)

    def action_save(self, what: str) -> None:
        """Ask for the name of a file to write to: the `bytes`, or the `text` that is shown."""
        if self._saving is not None:
            self.say("A file is still being written; Esc cancels that")
        elif self._passages is None or not sum(self._passages.data_bytes()):
            self.say("There are no bytes to save")
        else:
            form = self.view.form if what == "text" else None
            kind = f"the {self.view.form.value}" if form is not None else "the bytes"
            suffix = "" if self._side_name == "both" else f"-{self._side_name}"
            name = f"stream-{self.connection}{suffix}.{'txt' if form is not None else 'bin'}"
            self.ask(f"Save {kind} of {SIDE_WORDS[self._sides]} to", lambda path: self._save(path, form), name)

    def _save(self, typed: str, form: Form | None) -> str | None:
        path = Path(typed.strip()).expanduser() if typed.strip() else None
        if path is None:
            return "Type the name of a file."
        if typed.strip().endswith(FOLDER_ENDING) or path.is_dir():
            return f"{path} is a folder; give the name of a file in it."
        mode = None
        with suppress(OSError, ValueError):
            mode = path.lstat().st_mode
        if mode is None:
            return self._begin_saving(str(path), form, replace=False)
        if not stat.S_ISREG(mode):
            return f"{path} is no ordinary file; give another name."
        self.ask(f"{path.name} exists. Replace it? [y/N]", lambda answer: self._replace(answer, str(path), form))
        return None

    def _replace(self, answer: str, path: str, form: Form | None) -> str | None:
        if answer.strip().lower() not in ("y", "yes"):
            self.say("Nothing was written")
            return None
        return self._begin_saving(path, form, replace=True)

    def _begin_saving(self, path: str, form: Form | None, replace: bool) -> str | None:
        if self._passages is None:
            return None
        try:
            self._saving = Saving(self._passages, path, form, replace)
        except InputError as error:
            return str(error)
        self._saving.start()
        return None

    def _tell_saving(self, saving: Saving) -> None:
        """Say how far it is, or how it ended."""
        if not saving.over:
            share = saving.read / max(saving.total, 1)
            self.say(f"Writing {printable(saving.path)}: {share:.0%}; Esc cancels")
            return
        self._saving = None
        if saving.failure is not None:
            raise saving.failure
        if saving.cancelled:
            self.say("Cancelled; nothing was written")
        elif saving.fault:
            self.say(saving.fault)
        else:
            self.say(f"Wrote {counted(saving.written, 'byte')} to {printable(saving.path)}{saving.left_out}")
