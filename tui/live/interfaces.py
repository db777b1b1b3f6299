"""The network interfaces of this machine, and the one that a capture listens on when none is named."""

import ipaddress
import re
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from unicodedata import combining, east_asian_width

from tui.text import printable

ROUTE_FILES = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))
"""The main routing table of Linux: IPv4, IPv6."""

ROUTE_SECONDS = 1.0
"""How long route(8) may take."""

ALL_INTERFACES = "any"
"""The name that stands for all interfaces, as tcpdump has it."""

_ROUTE_UP = 0x0001
_ROUTE_REJECT = 0x0200
"""Flags of a route, from include/uapi/linux/route.h."""


@dataclass(frozen=True, slots=True)
class InterfaceInfo:
    """A network interface as it is now."""

    name: str
    """As the kernel has it; use `shown_name` to draw it."""
    index: int
    """The kernel's number for it; 0 where it has none."""
    addresses: tuple[str, ...]
    """IPv4, then IPv6 addresses, without prefix length and zone; those that reach no further than the link last."""
    mac: str
    """The link-layer address; empty where there is none."""
    up: bool
    """Switched on by the administrator; a capture gives frames only then."""
    running: bool
    """Ready to carry traffic: the cable is in, the wireless network joined."""
    speed: int
    """Mbit/s; 0 where it is not known."""
    mtu: int
    """Largest packet in bytes."""
    loopback: bool
    default: bool
    """Packets to the rest of the world leave here: default_interface."""

    @property
    def shown_name(self) -> str:
        """The name, fit to be drawn."""
        return printable(self.name)

    @property
    def state(self) -> str:
        """`up`, `no link` or `down`, and what else is worth knowing when one is chosen."""
        words = ["down" if not self.up else "up" if self.running else "no link"]
        words += ["default"] if self.default else []
        words += ["loopback"] if self.loopback else []
        return ", ".join(words)


def interfaces() -> list[InterfaceInfo]:
    """All interfaces of this network namespace: the default one, those that run, loopback, and those that do not run.

    Equals stand in the kernel's order.
    """
    found = _described_interfaces()
    default = _routed_interface() or _unrouted_default(found)
    marked = (replace(info, default=info.name == default) for info in found)
    return sorted(marked, key=lambda info: (not info.default, not info.running, info.loopback, info.index))


def default_interface() -> str:
    """The interface of the default route, IPv4's before IPv6's; else one that is up, and loopback where none is."""
    return _routed_interface() or _unrouted_default(_described_interfaces())


def interface_named(word: str) -> str:
    """The interface that a user means: a name as it is, or a number of `interface_lines` as tcpdump takes it too."""
    if not (word.isascii() and word.isdecimal()):
        return word
    names = [*(info.name for info in interfaces()), ALL_INTERFACES]
    return names[int(word) - 1] if word not in names and 1 <= int(word) <= len(names) else word


def interface_lines() -> list[str]:
    """A line for each interface and for `any`: number, name, state, addresses, in columns that count cells."""
    rows = [(info.shown_name, info.state, ", ".join(info.addresses) or "no address") for info in interfaces()]
    rows.append((ALL_INTERFACES, "", "all interfaces that are up, each frame with the name of its own"))
    number_width = len(str(len(rows)))
    name_width, state_width = (max(_cells(row[column]) for row in rows) for column in (0, 1))
    return [
        f"{number:>{number_width}}  {_padded(name, name_width)}  {_padded(state, state_width)}  {addresses}"
        for number, (name, state, addresses) in enumerate(rows, 1)
    ]


def _described_interfaces() -> list[InterfaceInfo]:
    """The facts of each interface, in the kernel's order; which one is the default is left open."""
    import psutil  # noqa: PLC0415 - a run that names its interface, or none, does without

    try:
        addresses, all_stats = psutil.net_if_addrs(), psutil.net_if_stats()
    except UnicodeError:  # psutil can't read a name that is not UTF-8, and then tells nothing of any interface
        return [_named_only(index, name) for index, name in socket.if_nameindex()]
    found = []
    for name, stats in all_stats.items():
        flags = stats.flags.split(",")
        own = addresses.get(name, [])
        index = 0
        with suppress(OSError):  # gone since
            index = socket.if_nametoindex(name)
        found.append(
            InterfaceInfo(
                name,
                index,
                _addresses(entry.address for entry in own if entry.family in (socket.AF_INET, socket.AF_INET6)),
                next((entry.address for entry in own if entry.family == psutil.AF_LINK), ""),
                up="up" in flags,
                running="running" in flags,
                speed=stats.speed,
                mtu=stats.mtu,
                loopback="loopback" in flags,
                default=False,
            )
        )
    return sorted(found, key=lambda info: info.index)


def _named_only(index: int, name: str) -> InterfaceInfo:
    """An interface of which no more than its name is known."""
    loopback = name in ("lo", "lo0")
    return InterfaceInfo(name, index, (), "", up=True, running=True, speed=0, mtu=0, loopback=loopback, default=False)


def _addresses(told: Iterable[str]) -> tuple[str, ...]:
    """IPv4 first, link-local last, without zones."""
    plain = (ipaddress.ip_address(address.partition("%")[0]) for address in told)
    return tuple(map(str, sorted(plain, key=lambda address: (address.is_link_local, address.version))))


def _unrouted_default(found: list[InterfaceInfo]) -> str:
    """What to listen on where no route leads out of this machine."""
    loopback = next((info.name for info in found if info.loopback), "lo")
    outward = [info for info in found if info.up and not info.loopback]
    return next((info.name for info in sorted(outward, key=lambda info: not info.running)), loopback)


def _routed_interface() -> str | None:
    """The interface of the default route with the lowest metric; None where there is no such route."""
    if sys.platform == "darwin":
        return _routed_interface_of_route()
    for path, default_routes in zip(ROUTE_FILES, (_ipv4_default_routes, _ipv6_default_routes), strict=True):
        with suppress(OSError, ValueError, LookupError):
            rows = [line.split() for line in path.read_text(errors="surrogateescape").splitlines()]
            if routes := list(default_routes(rows)):
                return min(routes, key=lambda route: route[0])[1]
    return None


def _ipv4_default_routes(rows: list[list[str]]) -> Iterator[tuple[int, str]]:
    """Metric and interface of each default route in /proc/net/route, whose first row names the columns."""
    columns, *routes = rows
    for row in routes:
        route = dict(zip(columns, row, strict=False))
        if int(route["Destination"], 16) == int(route["Mask"], 16) == 0 and _is_usable(route["Flags"]):
            yield int(route["Metric"]), route["Iface"]


def _ipv6_default_routes(rows: list[list[str]]) -> Iterator[tuple[int, str]]:
    """Metric and interface of each default route in /proc/net/ipv6_route, which has no names of columns."""
    for destination, prefix_length, *_, metric, _references, _uses, flags, interface in rows:
        if int(destination, 16) == int(prefix_length, 16) == 0 and _is_usable(flags):
            yield int(metric, 16), interface


def _is_usable(flags: str) -> bool:
    return int(flags, 16) & (_ROUTE_UP | _ROUTE_REJECT) == _ROUTE_UP


def _routed_interface_of_route() -> str | None:
    """What route(8) of macOS and the BSDs calls the interface of the default route."""
    try:
        told = subprocess.run(
            ["route", "-n", "get", "default"], capture_output=True, timeout=ROUTE_SECONDS, check=False, text=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"^\s*interface:\s*(\S+)", told, re.MULTILINE)
    return found[1] if found else None


def _cells(text: str) -> int:
    """Columns of a terminal that printable text takes."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))
