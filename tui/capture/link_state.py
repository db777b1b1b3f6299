"""What the kernel says about network interfaces: which there are, and whether they are up. Needs no privilege."""

import fcntl
import os
import socket
from struct import Struct

SIOCGIFFLAGS = 0x8913
"""The request for an interface's flags, netdevice(7)."""

IFF_UP = 1

REQUEST = Struct("=16sH22x")
"""`struct ifreq`: name, flags, and room for what else it may hold."""


def interface_index(name: str) -> int | None:
    """The number under which the kernel knows an interface; None where it does not exist."""
    try:
        return socket.if_nametoindex(name)
    except (OSError, ValueError):  # a name with a null character in it is a ValueError
        return None


def is_up(name: str) -> bool:
    """Whether an interface exists and was switched on."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as asking:
            answer = fcntl.ioctl(asking, SIOCGIFFLAGS, REQUEST.pack(os.fsencode(name), 0))
    except OSError:
        return False
    return bool(REQUEST.unpack(answer)[1] & IFF_UP)


def interfaces_that_are_up() -> dict[str, int]:
    """Name and number of all interfaces that are switched on."""
    return {name: index for index, name in socket.if_nameindex() if is_up(name)}
