"""Which rows of a session a display filter selects."""

from tui.views.filtering.display_filter import DisplayFilter, compile_filter

__all__ = ["DisplayFilter", "compile_filter"]
