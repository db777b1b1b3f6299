"""How much may be sent to a terminal that may be at the far end of a slow line."""


class Budget:
    """So many bytes a second for long, and some more at once."""

    def __init__(self, bytes_a_second: int, at_once: int) -> None:
        self._bytes_a_second = bytes_a_second
        self._at_once = at_once
        self._sent = 0.0
        self._sent_at = 0.0

    def wait(self, now: float) -> float:
        """Seconds until there is room for more; 0 where there is. `now`: seconds of a clock that never goes back."""
        self._sent = max(self._sent - (now - self._sent_at) * self._bytes_a_second, 0)
        self._sent_at = now
        return max((self._sent - self._at_once) / self._bytes_a_second, 0)

    def add(self, sent: int) -> None:
        """Bytes were sent just now."""
        self._sent += sent
