"""The dialog that writes to a file: what, as what, and where to."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.text import printable
from tui.ui.dialogs.open import CANDIDATES_SHOWN, Choices, PathEntry
from tui.ui.dialogs.paths import PathSuggester, candidates, expanded
from tui.ui.exporting.job import Job
from tui.ui.exporting.kinds import KINDS
from tui.ui.exporting.names import suggested, with_ending
from tui.ui.exporting.selections import Amount, Selection
from tui.ui.exporting.work import Exporter, Written
from tui.ui.look import theme
from tui.ui.look.quantities import bytes_text, counted

LOOK = 0.1
"""Seconds between two looks at the work that is done in the background."""

COUNTING_PAUSE = 10
"""Looks after which what is chosen is counted again: a live capture grows."""

LONGEST_WAIT = 2.0
"""Seconds that leaving the program waits for a file that is given up to be removed."""


class Question(Static, can_focus=True):
    """Asks whether a file may be replaced: only `y` does so."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,enter,escape", "answer(False)", "No"),
    ]

    class Answered(Message):
        """The answer."""

        def __init__(self, yes: bool) -> None:
            super().__init__()
            self.yes = yes

    def ask(self, path: str) -> None:
        """Show the question, and take the keys."""
        words = f"{printable(path)} exists. Replace it? "
        self.update(Content.assemble(words, ("[y]es", "bold"), "  ", ("[N]o", "bold")))
        self.display = True
        self.screen.set_focus(self)

    def action_answer(self, yes: bool) -> None:
        """Hide the question, and tell the answer."""
        self.display = False
        self.post_message(self.Answered(yes))


class Step(Choices):
    """A short list, from which Enter goes on at once, so that keys already typed go to what comes next."""

    following: Widget

    def action_page_up(self) -> None:
        """To the first line: there is only one page."""
        self.action_first()

    def action_page_down(self) -> None:
        """To the last line."""
        self.action_last()

    def action_select(self) -> None:
        """Take the line under the cursor, and go on."""
        super().action_select()
        self.screen.set_focus(self.following)


class Press(Static):
    """Words that can be clicked, for who has no key at hand."""

    class Pressed(Message):
        """They were clicked."""

    def on_click(self, event: events.Click) -> None:
        """Tell of it."""
        event.stop()
        self.post_message(self.Pressed())


class ExportDialog(ModalScreen[str | None]):
    """Chooses what to write as what and where to, and stays until it is written. Its result says what was written."""

    CSS = theme.EXPORT_CSS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(
        self, exporter: Exporter, source: str, selections: Sequence[Selection], selected: int, kind: int = 0
    ) -> None:
        """`source`: name of the capture. `selected`, `kind`: places in `selections` and KINDS to begin with."""
        super().__init__()
        self._exporter = exporter
        self._source = source
        self._selections = selections
        self._begin = selected, kind
        self.kind_place = kind
        """The place in KINDS of the format that is chosen."""
        self._suggestion = ""
        self._counting: Job[Amount] | None = None
        self._looks = 0
        self._writing: Job[Written] | None = None
        self._path = ""
        """What is written to, or was tried last."""
        self._timer: Timer | None = None
        self._what = Step(
            *(Option(Content(_line(one)), disabled=bool(one.refusal)) for one in selections),
            id="export-what",
            markup=False,
        )
        self._form = Step(*(Option(Content(f"  {kind.words}")) for kind in KINDS), id="export-form", markup=False)
        self._entry = PathEntry("export-entry", "path of the file to write", PathSuggester())
        self._what.following, self._form.following = self._form, self._entry
        self._candidates = Static(id="export-candidates", markup=False)
        self._summary = Static(id="export-summary", markup=False)
        self._message = Static(id="export-message", markup=False)
        self._question = Question(id="export-question", markup=False)
        self._question.display = False

    def compose(self) -> ComposeResult:
        """Two lists side by side, the path, how much it is, and a line for what goes wrong."""
        with VerticalScroll(id="export", can_focus=False) as box:
            box.border_title = "Export"
            box.border_subtitle = "⏎ next, then write   Tab list, path   Esc back"
            with Horizontal(id="export-lists"):
                yield self._what
                yield self._form
            yield Static("File", id="export-label", markup=False)
            yield self._entry
            yield self._candidates
            yield self._summary
            yield self._message
            yield self._question
            yield Press(" Write ", id="export-write", markup=False)

    def on_mount(self) -> None:
        """Begin with what is most likely wanted."""
        self._what.border_title, self._form.border_title = "What", "As what"
        self._what.highlighted, self._form.highlighted = self._begin
        self.set_focus(self._what)
        self._timer = self.set_interval(LOOK, self._look)

    @property
    def _selection(self) -> Selection:
        return self._selections[self._what.highlighted or 0]

    @on(OptionList.OptionHighlighted)
    def _suggest(self, event: OptionList.OptionHighlighted) -> None:
        """Count what is chosen, and name the file after it, unless it was named by hand."""
        event.stop()
        if event.option_list is self._form:
            self.kind_place = event.option_index
        ending = KINDS[self.kind_place].ending
        typed = self._entry.value
        if typed == self._suggestion:
            self._suggestion = suggested(self._source, self._selection.file_words, ending)
            self._type(self._suggestion)
        elif with_ending(typed, ending) != typed:
            self._type(with_ending(typed, ending))
        if event.option_list is self._what or self._counting is None:
            self._count()
        self._show_amount()

    def _type(self, path: str) -> None:
        self._entry.value = path
        self._entry.cursor_position = len(path)

    def _count(self) -> None:
        if self._counting is not None:
            self._counting.stop()
        selection = self._selection
        self._counting = Job(lambda job: self._exporter.measure(selection, job))
        self._counting.start()
        self._looks = 0

    @on(OptionList.OptionSelected)
    def _next(self, event: OptionList.OptionSelected) -> None:
        """On from list to list to path, also by a click."""
        event.stop()
        if isinstance(event.option_list, Step) and event.option_list.has_focus:
            self.set_focus(event.option_list.following)

    @on(Input.Changed)
    def _show_candidates(self, event: Input.Changed) -> None:
        event.stop()
        by_hand = event.value and event.value != self._suggestion
        found = candidates(event.value) if by_hand else []
        names = [path.rstrip("/").rpartition("/")[2] + ("/" if path.endswith("/") else "") for path in found]
        further = len(names) - CANDIDATES_SHOWN
        self._candidates.update("  ".join(names[:CANDIDATES_SHOWN] + [f"and {further:,} more"] * (further > 0)))

    @on(Input.Submitted)
    @on(Press.Pressed)
    def _submit(self, event: Message) -> None:
        event.stop()
        path = expanded(self._entry.value.strip())
        if self._writing is not None or self._question.display:
            return
        if not path:
            self._tell("Type the path of the file to write.")
        elif refusal := self._exporter.refusal(path):
            self._tell(_sentence(refusal, path))
        elif self._is_file(path):
            self._tell("")
            self._question.ask(path)
        else:
            self._write(path, replace=False)

    @staticmethod
    def _is_file(path: str) -> bool:
        with suppress(ValueError):  # a null character: writing says so
            return os.path.lexists(path) and not Path(path).is_dir()
        return False

    @on(Question.Answered)
    def _take_answer(self, event: Question.Answered) -> None:
        event.stop()
        self.set_focus(self._entry)
        if event.yes:
            self._write(expanded(self._entry.value.strip()), replace=True)
        else:
            self._tell("It is left as it is; give another name.")

    def _write(self, path: str, replace: bool) -> None:
        selection, kind = self._selection, KINDS[self.kind_place]
        self._writing = Job(lambda job: self._exporter.write(selection, kind, path, replace, job))
        self._writing.start()
        self._path = path
        self._tell("Writing …")

    def _look(self) -> None:
        """See how far the work in the background is."""
        job = self._writing
        if job is None:
            self._look_at_counting()
        elif job.is_alive():
            total = self._exporter.total
            share = f"{job.done:,} of {total:,} ({100 * job.done // total}%)" if total else "counting"
            self._tell("Stopping …" if job.is_stopped() else f"Writing … {share}. Esc stops it.")
        else:
            self._writing = None
            if job.error is not None:
                raise job.error
            if job.result is None:
                self._tell(_sentence(job.refusal, self._path))
                self.set_focus(self._entry)
            else:
                self._finish(job.result)

    def _look_at_counting(self) -> None:
        self._looks += 1
        job = self._counting
        if job is None or job.is_alive():
            return
        if job.error is not None:
            raise job.error
        self._show_amount()
        if self._looks >= COUNTING_PAUSE and self._exporter.has_grown():
            self._count()

    def _show_amount(self) -> None:
        amount = self._counting.result if self._counting is not None else None
        if amount is not None:
            kind = KINDS[self.kind_place]
            self._summary.update(kind.refusal(amount) or kind.words_for(amount))
        elif not self._looks:
            self._summary.update("Counting …")

    def _finish(self, written: Written) -> None:
        noun = KINDS[self.kind_place].noun
        size = bytes_text(written.size)
        words = f"Wrote {counted(written.count, noun)}, {size}, to {printable(written.path)}"
        if written.missing:
            words += f"; {counted(written.missing, noun)} had been given up meanwhile"
        self.dismiss(words)

    def _tell(self, words: str) -> None:
        self._message.update(printable(words))

    def action_leave(self) -> None:
        """Stop what is being written; else back to the tables."""
        if self._writing is not None:
            self._writing.stop()
        else:
            self.dismiss(None)

    def on_unmount(self) -> None:
        """Leave nothing half-written behind."""
        for job in (self._counting, self._writing):
            if job is not None:
                job.stop()
        if self._writing is not None:
            self._writing.join(LONGEST_WAIT)


def _sentence(words: str, path: str) -> str:
    """An error's words as a sentence; one that begins with the path has its letters."""
    return f"{words}." if words.startswith(printable(path)) else f"{words[:1].upper()}{words[1:]}."


def _line(selection: Selection) -> str:
    words = f"  {selection.words}"
    return printable(f"{words}: {selection.refusal}" if selection.refusal else words)
