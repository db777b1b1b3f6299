"""Display filters, from text to typed expression."""

from functools import lru_cache

from tui.query.display.checking import checked
from tui.query.display.expression import Expression
from tui.query.display.syntax import syntax_tree


@lru_cache(maxsize=256)
def parse(text: str) -> Expression:
    """What a display filter says; the empty one holds for every frame. Results are kept.

    Raises FilterError, with the place of the fault, where the filter can't be understood.
    """
    return checked(syntax_tree(text))
