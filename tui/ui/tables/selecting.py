"""What the tables say where the display filter selects nothing of what they would show."""

from tui.ui.model import Model


def words_without_selected(model: Model, what: str, narrowed: bool = False) -> str:
    """Why none of `what` is shown, in lines, and how everything is shown again.

    `narrowed`: only one connection is looked at, so that Esc shows more as well.
    """
    selection = model.selection
    if selection is None:
        return ""
    filter_words = f"the display filter `{model.display_filter}`"
    if selection.error:
        return f"No {what} passed {filter_words} before this:\n{selection.error}"
    if selection.stopped:
        return f"No {what} had passed {filter_words} when it was stopped.\n/ and ⏎ start it again."
    if selection.evaluated < model.progress.rows:
        return f"Looking for what passes {filter_words} …"
    again = "/ and an empty line show everything again"
    return f"No {what} passes {filter_words}.\n{again}{', Esc all connections' if narrowed else ''}."
