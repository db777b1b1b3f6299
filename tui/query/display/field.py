"""What a field of the display filter is."""

from dataclasses import dataclass
from enum import Enum


class FieldType(Enum):
    """Kind of a field's values; the value is its name for people."""

    LABEL = "flag"
    """Is there or is not; has no value to compare."""
    PROTOCOL = "protocol"
    """Is there or is not; as a value it is the protocol's bytes."""
    UNSIGNED = "number"
    SIGNED = "signed number"
    BOOLEAN = "truth value"
    SECONDS = "time"
    """In seconds."""
    STRING = "text"
    IPV4 = "IPv4 address"
    IPV6 = "IPv6 address"
    ADDRESS = "IP address"
    """IPv4 or IPv6."""
    ETHER = "Ethernet address"
    BYTES = "byte string"

    @property
    def with_article(self) -> str:
        """Its name as it stands in a sentence, such as `an IPv4 address`."""
        return f"{'an' if self.value[0] in 'EI' else 'a'} {self.value}"


class Source(Enum):
    """Where the values of a TCP segment are found, the quickest first."""

    STORED = "stored"
    """In the columns kept of every frame, or in what is kept of its connection's endpoints."""
    CONNECTION = "connection"
    """In the account of the frame's connection."""
    HEADER = "header"
    """In the frame's headers, which are read again."""
    PAYLOAD = "payload"
    """In the frame's whole bytes, which are read again."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of the closed table; two are the same only where they are one."""

    name: str
    type: FieldType
    about: str
    """A few words for the help."""
    source: Source
    bits: int = 64
    """Width of an UNSIGNED or SIGNED field."""
    values: tuple[str, ...] = ()
    """All that a STRING field can be, where that is a closed list."""
    many: bool = False
    """Whether a frame can have several values."""

    @property
    def greatest(self) -> int:
        """The greatest number that a field of its width holds."""
        return (1 << self.bits - (self.type is FieldType.SIGNED)) - 1
