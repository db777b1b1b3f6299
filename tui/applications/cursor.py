"""Reading numbers and strings off bytes that may end anywhere."""


class TooShortError(Exception):
    """The bytes end before what was asked for."""


class Cursor:
    """A place in some bytes, moved on by every read; TooShortError where they end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        """The next bytes."""
        end = self._at + count
        if end > len(self._data):
            raise TooShortError
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def number(self, width: int) -> int:
        """An unsigned big-endian number of `width` bytes."""
        return int.from_bytes(self.take(width))

    def vector(self, width: int) -> bytes:
        """Bytes that stand behind their own length, a number of `width` bytes."""
        return self.take(self.number(width))

    def rest_of_vector(self, width: int) -> bytes:
        """The same, or as much of them as there is."""
        length = self.number(width)
        taken = self._data[self._at : self._at + length]
        self._at += len(taken)
        return taken
