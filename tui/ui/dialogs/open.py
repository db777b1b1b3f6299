"""The dialog that opens another interface, a bundled capture or a file."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.opening import FileSource, Source
from tui.text import printable
from tui.ui.bars.entry import Entry
from tui.ui.dialogs.choices import Choice, demo_choices, heading, interface_choices
from tui.ui.dialogs.paths import PathSuggester, candidates, common_beginning, expanded, missing
from tui.ui.look import theme
from tui.ui.look.quantities import counted

OpenSource = Callable[[Source, Callable[[str], None]], None]
"""Opens a source in the background and shows it; where that fails, the second argument is given the reason."""

CANDIDATES_SHOWN = 8


class OpenDialog(ModalScreen[None]):
    """Chooses what to look at next. It stays until that is open, and says why where it can't be opened."""

    CSS = theme.OPEN_CSS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, open_source: OpenSource, unsaved: int = 0, at_start: bool = False) -> None:
        """`unsaved`: frames that are lost with the capture that is open now. `at_start`: nothing is open yet."""
        super().__init__()
        self._open_source = open_source
        self._unsaved = unsaved
        self._at_start = at_start
        self._confirmed: Source | None = None
        self._opening = False
        self._choices: dict[str, Choice] = {}
        self._list = Choices(*self._options(), id="open-list", markup=False)
        self._entry = PathEntry("open-entry", "path of a .pcap or .pcapng file", PathSuggester())
        self._candidates = Static(id="open-candidates", markup=False)
        self._message = Static(id="open-message", markup=False)

    def compose(self) -> ComposeResult:
        """The list, the path, and a line for what goes wrong."""
        with Vertical(id="open") as box:
            box.border_title = "Open"
            box.border_subtitle = f"⏎ open   Tab list, path   Esc {'quit' if self._at_start else 'back'}"
            yield self._list
            yield Static("File", id="open-label", markup=False)
            yield self._entry
            yield self._candidates
            yield self._message

    def on_mount(self) -> None:
        """Begin on the first bundled capture: one keystroke too many is not to capture anything."""
        harmless = [name for name, choice in self._choices.items() if isinstance(choice.source, FileSource)]
        if harmless:
            self._list.highlighted = self._list.get_option_index(harmless[0])
        self._list.focus()

    def _options(self) -> Iterator[Option]:
        sections = {"Capture live on an interface": interface_choices()}
        demos = {f"Bundled captures: {group}": choices for group, choices in demo_choices().items()}
        sections = {**demos, **sections} if self._at_start else {**sections, **demos}
        for title, choices in sections.items():
            yield heading(title)
            for choice in choices:
                identity = f"choice-{len(self._choices)}"
                self._choices[identity] = choice
                yield choice.option(identity)

    @on(OptionList.OptionSelected)
    def _open_chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self._open(self._choices[event.option_id].source)

    @on(Input.Submitted)
    def _open_path(self, event: Input.Submitted) -> None:
        event.stop()
        path = expanded(event.value.strip())
        if not path:
            self._tell("Type the path of a capture file, or choose from the list above.")
        elif refusal := missing(path):
            self._tell(refusal)
        else:
            self._open(FileSource(path))

    @on(Input.Changed)
    def _show_candidates(self, event: Input.Changed) -> None:
        event.stop()
        found = candidates(event.value) if event.value else []
        names = [path.rstrip("/").rpartition("/")[2] + ("/" if path.endswith("/") else "") for path in found]
        further = len(names) - CANDIDATES_SHOWN
        more = [f"and {further:,} more"] if further > 0 else []
        self._candidates.update("  ".join(names[:CANDIDATES_SHOWN] + more))

    def _open(self, source: Source) -> None:
        if self._opening:
            return
        if self._unsaved and self._confirmed != source:
            self._confirmed = source
            frames = counted(self._unsaved, "frame")
            self._tell(f"Leave the running capture? Its {frames} are not saved. ⏎ again leaves it, Esc stays.")
            return
        self._opening = True
        self._tell("Opening …")
        self._open_source(source, self._fail)

    def _fail(self, reason: str) -> None:
        self._opening = False
        self._confirmed = None
        self._tell(reason)

    def _tell(self, words: str) -> None:
        self._message.update(printable(words))

    def action_leave(self) -> None:
        """Stay with what is open; where nothing is, end the program."""
        if self._at_start:
            self.app.exit()
        else:
            self.dismiss()


class Choices(OptionList):
    """A list that knows the keys of a table as well. It never gets so small that Textual's fails at a page key."""

    DEFAULT_CSS = "Choices { max-height: 100vh; min-width: 4; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
        Binding("g", "first", show=False),
        Binding("G", "last", show=False),
    ]


class PathEntry(Entry):
    """A path, which Tab completes as far as it is the only one; where there is nothing to complete, Tab goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", show=False),
        Binding("up,down", "screen.focus_previous", show=False),
    ]

    def action_complete(self) -> None:
        """Write what all files that begin like this have in common."""
        completed = common_beginning(candidates(self.value), self.value) if self.value else ""
        if completed == self.value:
            self.screen.focus_next()
        else:
            self.value = completed
            self.cursor_position = len(completed)
