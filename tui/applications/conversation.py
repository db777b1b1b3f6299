"""What every description is made from."""

from typing import NamedTuple


class Conversation(NamedTuple):
    """The first bytes of both sides of a connection; empty where a side has sent none, or they were not captured."""

    client: bytes
    server: bytes
    server_port: int


def text_of(data: bytes) -> str:
    """Bytes as text, whatever they are; still to be made printable."""
    return data.decode("utf-8", "replace")


def first_line(data: bytes) -> bytes:
    """Everything before the first line end, or everything."""
    return data.partition(b"\n")[0].removesuffix(b"\r")
