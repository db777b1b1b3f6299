"""What a live capture is asked to capture, and on which interfaces."""

import socket
from dataclasses import dataclass

from tui.errors import InputError
from tui.live.interfaces import ALL_INTERFACES, default_interface, interface_named, interfaces
from tui.text import printable


@dataclass(frozen=True, slots=True)
class LiveRequest:
    """What to capture."""

    interfaces: tuple[str, ...] = ()
    """Names; `any` is all there are; none means the one with the default route."""
    filter: str = ""
    """A capture filter, pcap-filter(7); empty selects everything."""
    snap_length: int = 0
    """Most bytes kept of a frame; 0 for no limit."""
    buffer_kib: int = 0
    """Kernel's buffer for each interface, in KiB; 0 for BUFFER_KIB."""
    promiscuous: bool = True
    include_own_ssh: bool = False
    """Whether to capture also the SSH connection that we are used over."""
    max_size: int | None = None
    """Most bytes kept on disk; None for what the disk has room for."""


def chosen_names(asked: tuple[str, ...]) -> tuple[str, ...]:
    """The interfaces to listen to. Raises InputError where one of them does not exist, before any password."""
    names = tuple(dict.fromkeys(map(interface_named, asked))) or (default_interface(),)
    if ALL_INTERFACES in names:
        return (ALL_INTERFACES,)
    for name in names:
        try:
            socket.if_nametoindex(name)
        except (OSError, ValueError) as error:  # ValueError: a null character in it
            raise InputError(no_such_interface(printable(name))) from error
    return names


def no_such_interface(name: str) -> str:
    """The sentence that names the interfaces there are."""
    there = ", ".join(info.shown_name for info in interfaces())
    return f"{name}: no such interface; there are {there}, and {ALL_INTERFACES} for all of them"
