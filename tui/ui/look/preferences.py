"""What the user has chosen about the screen, kept from one run to the next."""

from collections.abc import Callable
from typing import Literal, get_args

from tui.errors import UserError
from tui.settings import Settings
from tui.ui.look.kept_filters import bounded
from tui.ui.look.themes import THEMES
from tui.ui.look.view_options import TIME_FORMATS, ViewOptions

Layout = Literal["right", "below", "tables"]
"""Where the details stand: beside the packets, below both tables, or nowhere."""

LAYOUTS: tuple[Layout, ...] = get_args(Layout)


class Preferences:
    """The settings in terms of the screen. What a file has that no screen knows counts as not chosen."""

    def __init__(self, settings: Settings | None = None, keep: Callable[[Settings], None] | None = None) -> None:
        """`keep` stores the settings whenever one was changed; without it they end with the program."""
        self._settings = settings or Settings()
        self._keep = keep

    @property
    def theme(self) -> str | None:
        """Name of one of THEMES; None where none was chosen."""
        return self._settings.theme if self._settings.theme in THEMES else None

    @property
    def layout(self) -> Layout:
        """Where the details stand."""
        return next((layout for layout in LAYOUTS if layout == self._settings.layout), LAYOUTS[0])

    def apply_to(self, options: ViewOptions) -> None:
        """Let the options begin with what was chosen last."""
        for time_format in TIME_FORMATS:
            if time_format == self._settings.time_format:
                options.time_format = time_format

    def choose_theme(self, name: str) -> str | None:
        """Keep a theme; returns why that was not possible."""
        self._settings.theme = name
        return self._stored()

    def choose_layout(self, layout: Layout) -> str | None:
        """Keep a layout; returns why that was not possible."""
        self._settings.layout = layout
        return self._stored()

    def choose_options(self, options: ViewOptions) -> str | None:
        """Keep how times are written; returns why that was not possible."""
        self._settings.time_format = options.time_format
        return self._stored()

    @property
    def display_filters(self) -> list[str]:
        """Display filters that were used, the latest first; those that can't be drawn are left out."""
        return bounded(self._settings.display_filters or [])

    def remember_display_filter(self, expression: str) -> str | None:
        """Keep a display filter as the latest one; returns why that was not possible."""
        self._settings.display_filters = bounded([expression, *self.display_filters])
        return self._stored()

    def _stored(self) -> str | None:
        if self._keep is None:
            return None
        try:
            self._keep(self._settings)
        except UserError as error:
            return str(error)
        return None
