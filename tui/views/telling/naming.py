"""How stories name the frames that they tell of."""

from collections.abc import Sequence

from tui.views.amounts import listed


def span(first: int, last: int) -> str:
    """`frame 4`, `frames 4 and 5`, `frames 4 to 8`; first and last of several that may have others between them."""
    if first == last:
        return f"frame {first}"
    return f"frames {first} {'and' if last == first + 1 else 'to'} {last}"


def named(frames: Sequence[int], total: int) -> str:
    """`frame 4`, `frames 4 and 7`, `frames 4, 7, 9, 12 and 30 more`; `frames` are the first of `total`."""
    if total == 1:
        return f"frame {frames[0]}"
    more = total - len(frames)
    return f"frames {listed([*map(str, frames), *([f'{more:,} more'] if more else [])])}"
