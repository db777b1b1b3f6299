"""Processes and their TCP connections as Linux tells them in /proc (proc(5)); elsewhere there is nothing to tell.

Processes come and go while they are looked at, and those of other users keep most to themselves: what can't be read is
simply not there.
"""

import ipaddress
import os
import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")

MOST_ANCESTORS = 64
"""Generations that are walked up: more than any real chain of processes has."""

ESTABLISHED = "01"
"""The state of an open connection in /proc/net/tcp (include/net/tcp_states.h)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SOCKET_LINK = re.compile(r"socket:\[(\d+)\]")


class Process(NamedTuple):
    """One process, as /proc/PID/stat describes it."""

    number: int
    parent: int
    """Number of the parent process; 0 where it has none that we may see."""
    name: str
    """The command's name, cut to 15 bytes by the kernel; the process chose it."""


class Connection(NamedTuple):
    """Both ends of a TCP connection, seen from this machine."""

    remote_address: Address
    remote_port: int
    local_address: Address
    local_port: int


def process(number: int) -> Process | None:
    """The process of that number; None where there is none, or none that we may see."""
    try:
        stat = (PROC / str(number) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The name stands in parentheses and may hold parentheses and spaces of its own.
    before, _, after = stat.rpartition(")")
    fields = after.split()
    if len(fields) < 2 or not fields[1].isdecimal():
        return None
    return Process(number, int(fields[1]), before.partition("(")[2])


def processes() -> Iterator[Process]:
    """All processes that we may see."""
    with suppress(OSError):
        for entry in PROC.iterdir():
            if entry.name.isdecimal() and (found := process(int(entry.name))) is not None:
                yield found


def ancestry(number: int) -> list[Process]:
    """A process, its parent, and so on up."""
    line: list[Process] = []
    while number > 0 and len(line) < MOST_ANCESTORS and (found := process(number)) is not None:
        line.append(found)
        number = found.parent
    return line


def owner(number: int) -> tuple[int, int] | None:
    """The real user and group that a process runs as."""
    with suppress(OSError, LookupError, ValueError):
        status = (PROC / str(number) / "status").read_text(errors="replace")
        told = dict(line.partition(":\t")[::2] for line in status.splitlines())
        return int(told["Uid"].split()[0]), int(told["Gid"].split()[0])
    return None


def environment(number: int) -> dict[str, str]:
    """The variables that a process was started with; empty where we may not read them."""
    if number == os.getpid():
        return dict(os.environ)  # after a change of user, the kernel no longer lets us read our own
    try:
        content = (PROC / str(number) / "environ").read_bytes()
    except OSError:
        return {}
    return dict(os.fsdecode(line).partition("=")[::2] for line in content.split(b"\0"))


def socket_inodes(number: int) -> list[int]:
    """The inodes of a process's sockets in the order of its descriptors; empty where we may not look."""
    folder = PROC / str(number) / "fd"
    inodes: list[int] = []
    with suppress(OSError):
        for descriptor in sorted(int(entry.name) for entry in folder.iterdir()):
            with suppress(OSError):
                link = _SOCKET_LINK.fullmatch(str((folder / str(descriptor)).readlink()))
                if link is not None:
                    inodes.append(int(link[1]))
    return list(dict.fromkeys(inodes))


def established_connections(number: int) -> dict[int, Connection]:
    """Open TCP connections in the network namespace of a process, by the inode of their socket."""
    found: dict[int, Connection] = {}
    for table in ("tcp", "tcp6"):
        with suppress(OSError, ValueError), (PROC / str(number) / "net" / table).open() as lines:
            next(lines, None)  # the names of the columns
            for line in lines:
                _, local, remote, state, _, _, _, _, _, inode, *_ = line.split(maxsplit=10)
                if state == ESTABLISHED:
                    found[int(inode)] = Connection(*_endpoint(remote), *_endpoint(local))
    return found


def plain_address(text: str) -> Address:
    """An address without its zone, and an IPv4 address where it was mapped into IPv6; ValueError where it is none."""
    return _unmapped(ipaddress.ip_address(text.partition("%")[0]))


def _endpoint(column: str) -> tuple[Address, int]:
    """`0100007F:1F90`: an address as 32-bit words of this machine's byte order, and a port."""
    address, _, port = column.partition(":")
    words = [int(address[place : place + 8], 16) for place in range(0, len(address), 8)]
    return _unmapped(ipaddress.ip_address(struct.pack(f"={len(words)}I", *words))), int(port, 16)


def _unmapped(address: Address) -> Address:
    return getattr(address, "ipv4_mapped", None) or address
