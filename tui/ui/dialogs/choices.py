"""What the open dialog offers: interfaces and bundled captures, as lines of a list."""

from dataclasses import dataclass

from textual.content import Content
from textual.widgets.option_list import Option

from tui.demo import demo_captures
from tui.errors import UserError
from tui.live.interfaces import ALL_INTERFACES, interfaces
from tui.opening import FileSource, LiveSource, Source
from tui.text import printable
from tui.ui.look import theme
from tui.ui.tables.columns import fit

NAME_CELLS = 26
STATE_CELLS = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the list."""

    source: Source
    cells: tuple[tuple[str, int], ...]
    """Texts with their widths."""
    words: str
    """What stands behind them, as far as there is room."""

    def option(self, identity: str) -> Option:
        """The line."""
        head = " ".join(fit(printable(text), width) for text, width in self.cells)
        return Option(Content.assemble(f"  {head} ", (printable(self.words), theme.KIND_SPANS["quiet"])), id=identity)


def heading(title: str) -> Option:
    """A line that can't be chosen."""
    return Option(Content.assemble((title, theme.KIND_SPANS["changed"])), disabled=True)


def interface_choices() -> list[Choice]:
    """The interfaces of this machine, the one with the default route first, and all of them together."""
    found = [
        Choice(
            LiveSource((interface.name,)),
            ((interface.name, NAME_CELLS - STATE_CELLS), (interface.state, STATE_CELLS - 1)),
            ", ".join(interface.addresses),
        )
        for interface in interfaces()
    ]
    everything = ((ALL_INTERFACES, NAME_CELLS - STATE_CELLS), ("", STATE_CELLS - 1))
    return [*found, Choice(LiveSource((ALL_INTERFACES,)), everything, "all of them together")]


def demo_choices() -> dict[str, list[Choice]]:
    """The bundled captures under their headings; none where the installation has none."""
    groups: dict[str, list[Choice]] = {}
    try:
        captures = demo_captures()
    except UserError:
        return {}
    for demo in captures:
        choice = Choice(FileSource(str(demo.path)), ((demo.name, NAME_CELLS),), demo.title)
        groups.setdefault(demo.group, []).append(choice)
    return groups
