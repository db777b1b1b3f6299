"""Display filters, from text to typed expression."""

from functools import lru_cache

from tui.query.display.checking import checked
from tui.query.display.expression import Expression
from tui.query.display.fault import FilterError
from tui.query.display.syntax import syntax_tree


def parse(text: str) -> Expression:
    """What a display filter says; the empty one holds for every frame. Results are kept.

    Raises FilterError, with the place of the fault, where the filter can't be understood.
    """
    found = _outcome(text)
    if isinstance(found, FilterError):
        raise FilterError(str(found), found.start, found.end)
    return found


@lru_cache(maxsize=256)
def _outcome(text: str) -> Expression | FilterError:
    try:
        return checked(syntax_tree(text))
    except FilterError as error:
        return error.with_traceback(None)
