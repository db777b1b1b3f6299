"""The prompt for a display filter: it checks what is typed, completes it, and knows the filters used before."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.highlighter import Highlighter
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.errors import UserError
from tui.text import printable
from tui.ui.bars.entry import Entry
from tui.ui.filtering.checking import Fault, Judgement, completed, fault_of, suggestions_for
from tui.ui.filtering.history import Walk
from tui.ui.filtering.suggestions import Suggestions
from tui.ui.look import theme

QUESTION = " Display filter: "

SHORT_QUESTION = " / "
"""On a narrow screen."""

NARROW = 60
"""Cells below which a screen is narrow."""

LONG = 400
"""Characters of a filter that is not judged at once, because the next key would have to wait for it."""

LOOK_AGAIN = 0.05
"""Seconds until it is looked whether a long filter is judged."""

LEAST_HEIGHT = 4
"""Lines of a screen that has one left for what is wrong."""


WITHOUT_TEXT = "⏎ shows all frames   ↑ ↓ filters used before   Tab fields   F1 about them   Esc cancels"
"""What may be done while nothing is typed."""


class FaultHighlighter(Highlighter):
    """Marks the part of a filter that makes no sense."""

    def __init__(self, entry: "FilterEntry") -> None:
        self._entry = entry

    def highlight(self, text: Text) -> None:
        """Mark it."""
        fault = self._entry.fault
        if fault is not None:
            style = self._entry.get_component_rich_style("filter-entry--wrong", partial=True)
            text.stylize(style, fault.start, max(fault.end, fault.start + 1))


class FilterEntry(Entry):
    """The line that is typed; the part that makes no sense is marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*Input.COMPONENT_CLASSES, "filter-entry--wrong"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete"),
        Binding("shift+tab", "walk(-1)", "Back"),
        Binding("up", "walk(-1)", "Up"),
        Binding("down", "walk(1)", "Down"),
        Binding("escape", "give_up", "Cancel"),
        Binding("f1", "fields", "Fields"),
    ]

    class Wanted(Message):
        """A key that is the prompt's to obey."""

        def __init__(self, what: str, rows: int = 0) -> None:
            super().__init__()
            self.what = what
            """`complete`, `walk`, `cancel` or `fields`."""
            self.rows = rows

    def __init__(self) -> None:
        super().__init__("filter-entry", "a filter such as tcp.port == 80; empty: all frames")
        self.fault: Fault | None = None
        self.highlighter = FaultHighlighter(self)

    def action_complete(self) -> None:
        """Take the marked suggestion."""
        self.post_message(self.Wanted("complete"))

    def action_walk(self, rows: int) -> None:
        """To the next suggestion, or to another filter used before."""
        self.post_message(self.Wanted("walk", rows))

    def action_give_up(self) -> None:
        """Leave everything as it was."""
        self.post_message(self.Wanted("cancel"))

    def action_fields(self) -> None:
        """Show the fields."""
        self.post_message(self.Wanted("fields"))


class FilterPrompt(Vertical):
    """Lies over the last lines of the screen while it asks, so that nothing behind it moves."""

    DEFAULT_CSS = theme.FILTER_PROMPT_CSS

    class FieldsWanted(Message):
        """The list of fields is to be shown."""

    def __init__(self) -> None:
        super().__init__(id="filter-prompt")
        self.display = False
        self._suggestions = Suggestions("filter-suggestions")
        self._verdict = Static(id="filter-verdict", markup=False)
        self._question = Static(id="filter-question", markup=False)
        self._entry = FilterEntry()
        self._answer: Callable[[str], str | None] | None = None
        self._earlier: Sequence[str] = ()
        self._walk: Walk | None = None
        self._span = (0, 0)
        self._judged: str | None = None
        """The text whose verdict is shown; with it a change is told from an echo of what was put in here."""
        self._judgement: Judgement | None = None
        """Of a long filter, while it is being judged."""
        self._has_chosen = False
        self._back_to: Widget | None = None

    def compose(self) -> ComposeResult:
        """Suggestions, what is wrong, and the line that is typed."""
        yield self._suggestions
        yield self._verdict
        with Horizontal(id="filter-line"):
            yield self._question
            yield self._entry

    def ask(self, initial: str, earlier: Sequence[str], answer: Callable[[str], str | None]) -> None:
        """Let a filter be edited. `answer` takes it, and returns or raises as a UserError what is wrong with it."""
        if not self.display:
            self._back_to = self.screen.focused
        self._answer, self._earlier = answer, earlier
        self._question.update(SHORT_QUESTION if self.screen.size.width < NARROW else QUESTION)
        self._verdict.display = self.screen.size.height >= LEAST_HEIGHT
        self._put(initial, len(initial))
        self.display = True
        self.screen.set_focus(self._entry)

    def close(self) -> None:
        """Ask no more."""
        self.display = False
        self._answer = None

    def _cancel(self) -> None:
        back_to = self._back_to
        self.close()
        self.screen.set_focus(back_to)

    def _put(self, text: str, cursor: int, suggest: bool = False) -> None:
        """Put a text in place of what was typed."""
        self._judged = text
        self._entry.value = text
        self._entry.cursor_position = cursor
        self._suggest(text if suggest else "")
        self._judge(text)

    def _judge(self, text: str) -> None:
        """Say whether the filter makes sense, and mark the part that does not; calmly where it only goes on."""
        if len(text) <= LONG:
            self._tell(text, fault_of(text))
            return
        self._judgement = Judgement(text)
        self._entry.fault = None
        self._verdict.update("…")
        self._tell_later()

    def _tell_later(self) -> None:
        """Say what was found out about a long filter, once that is known."""
        judgement = self._judgement
        if judgement is None or judgement.text != self._judged:
            return
        if judgement.done:
            self._judgement = None
            self._tell(judgement.text, judgement.fault)
        else:
            self.set_timer(LOOK_AGAIN, self._tell_later)

    def _tell(self, text: str, fault: Fault | None) -> None:
        end = len(text.rstrip())
        unfinished = fault is not None and (fault.start >= end or (fault.end >= end and self._suggestions.display))
        self._entry.fault = None if unfinished else fault
        self._entry.refresh()
        if not text.strip():
            words, kind = WITHOUT_TEXT, "quiet"
        elif fault is None:
            words, kind = "✓ ⏎ applies", "handshake"
        else:
            going_on = "Tab completes" if self._suggestions.display else fault.words
            words, kind = (f"… {going_on}", "quiet") if unfinished else (f"✗ {fault.words}", "error")
        self._verdict.update(Content.assemble((printable(words), theme.KIND_SPANS[kind])))

    def _suggest(self, text: str) -> None:
        """Offer what may stand at the cursor; nothing where the text is empty."""
        self._has_chosen = False
        start, end, items = suggestions_for(text, self._entry.cursor_position) if text.strip() else (0, 0, ())
        self._span = start, end
        self._suggestions.show(items)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._entry.value or event.value == self._judged:
            return
        self._judged, self._walk = event.value, None
        self._suggest(event.value)
        self._judge(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._answer is None:
            return
        if self._has_chosen and self._suggestions.display:
            self._complete()
            return
        try:
            complaint = self._answer(event.value.strip())
        except UserError as error:
            complaint = str(error)
        if complaint is None:
            self._cancel()
        else:
            self._suggestions.show(())
            self._judge(event.value)
            self._verdict.update(Content.assemble((f"✗ {printable(complaint)}", theme.KIND_SPANS["error"])))

    @on(Suggestions.Picked)
    def _picked(self, message: Suggestions.Picked) -> None:
        self._suggestions.chosen = message.place
        self._complete()
        self.screen.set_focus(self._entry)

    @on(FilterEntry.Wanted)
    def _obey(self, message: FilterEntry.Wanted) -> None:
        message.stop()
        if message.what == "cancel":
            self._cancel()
        elif message.what == "fields":
            self.post_message(self.FieldsWanted())
        elif message.what == "walk":
            self._step(message.rows)
        else:
            self._complete()

    def _step(self, rows: int) -> None:
        """To another suggestion; without suggestions, to an older or a younger filter."""
        if self._suggestions.display:
            self._suggestions.step(rows)
            self._has_chosen = True
            return
        self._walk = self._walk or Walk(self._earlier, self._entry.value)
        text = self._walk.step(-rows)
        if text is not None:
            self._put(text, len(text))

    def _complete(self) -> None:
        """Put the marked suggestion in; where there are none, suggest what there is."""
        text = self._entry.value
        if not self._suggestions.display:
            start, end, items = suggestions_for(text, self._entry.cursor_position)
            self._span = start, end
            self._suggestions.show(items)
            return
        items = self._suggestions.items
        start, end = self._span
        if items and end <= len(text):
            self._walk = None
            self._put(*completed(text, start, end, items[self._suggestions.chosen].text), suggest=True)
