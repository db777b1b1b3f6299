"""How one walks through the display filters that were used last."""

from collections.abc import Sequence


class Walk:
    """A walk through earlier filters, from what is being typed back to the oldest."""

    def __init__(self, earlier: Sequence[str], typed: str) -> None:
        self._stops = [typed, *(expression for expression in earlier if expression != typed)]
        self._place = 0

    def step(self, further: int) -> str | None:
        """The next older filter (1), or the next younger one (-1); None where there is none."""
        place = self._place + further
        if not 0 <= place < len(self._stops):
            return None
        self._place = place
        return self._stops[place]
