"""A sentence of an explanation, with where to read more and which frames it names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement about a segment; it may be of two or three grammatical sentences that belong together."""

    text: str
    """It ends with a full stop."""
    reference: str = ""
    """`RFC 9293 §3.5`; empty where the statement is the capture's and not a standard's."""
    frames: tuple[int, ...] = ()
    """The numbers of the frames that the text names, in its order."""

    def __str__(self) -> str:
        return f"{self.text[:-1]} ({self.reference})." if self.reference else self.text
