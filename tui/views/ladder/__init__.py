"""A connection as a sequence diagram: client left, server right, time downwards."""

from tui.views.ladder.lines import ladder_lines, ladder_markdown

__all__ = ["ladder_lines", "ladder_markdown"]
