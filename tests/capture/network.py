"""Network namespaces with interfaces to capture on, and frames to send through them."""

import ctypes
import fcntl
import itertools
import os
import socket
import struct
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, TypeVar

CLONE_NEWNET = 0x40000000

TUNSETIFF = 0x400454CA
IFF_TUN_WITHOUT_HEADER = 0x1001
"""A tunnel of IP packets as they are."""

Made = TypeVar("Made")

_numbers = itertools.count()


class Network:
    """A network namespace without IPv6, so that nothing is on its wires but what a test sends."""

    def __init__(self) -> None:
        self.name = f"tcptui-{os.getpid()}-{next(_numbers)}"
        ip("netns", "add", self.name)
        for which in ("all", "default"):
            self.run("sysctl", "-qwe", f"net.ipv6.conf.{which}.disable_ipv6=1")

    def run(self, *command: str) -> None:
        """Run a program in it."""
        subprocess.run(self.prefix + list(command), check=True, capture_output=True)

    @property
    def prefix(self) -> list[str]:
        """What makes a command run in it, as the same process."""
        return ["nsenter", f"--net=/run/netns/{self.name}"]

    def link(self, *arguments: str) -> None:
        """`ip link` in it."""
        ip("-n", self.name, "link", *arguments)

    def add_pair(self, name: str, up: bool = True) -> None:
        """An interface `name`, whose other end is `name`-peer."""
        self.link("add", name, "type", "veth", "peer", "name", f"{name}-peer")
        self.link("set", f"{name}-peer", "up")
        if up:
            self.link("set", name, "up")

    def packet_socket(self, interface: str) -> socket.socket:
        """A socket whose frames leave by an interface of it."""

        def open_socket() -> socket.socket:
            made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            made.bind((interface, 0))
            return made

        return self._inside(open_socket)

    def tunnel(self, name: str) -> BinaryIO:
        """A new interface without Ethernet, which is there until its file is closed: packets written to it arrive."""

        def open_tunnel() -> BinaryIO:
            made = Path("/dev/net/tun").open("r+b", buffering=0)  # noqa: SIM115 (its user closes it)
            fcntl.ioctl(made, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN_WITHOUT_HEADER))
            return made

        tunnel = self._inside(open_tunnel)
        self.link("set", name, "up")
        return tunnel

    def _inside(self, make: Callable[[], Made]) -> Made:
        """What is made by a thread that has entered it."""

        def enter_and_make() -> Made:
            inside = os.open(f"/run/netns/{self.name}", os.O_RDONLY | os.O_CLOEXEC)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(inside, CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
            finally:
                os.close(inside)
            return make()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(enter_and_make).result()

    def send(self, interface: str, *frames: bytes) -> None:
        """Send frames by an interface."""
        with self.packet_socket(interface) as sender:
            for frame in frames:
                sender.send(frame)

    def close(self) -> None:
        """Remove it with its interfaces."""
        ip("netns", "del", self.name)


def ip(*arguments: str) -> None:
    """Run ip(8)."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


def datagram(number: int, port: int = 5000, size: int = 60) -> bytes:
    """An Ethernet frame with a UDP datagram, `size` bytes in all, that its number tells from others."""
    ports = (1000).to_bytes(2, "big") + port.to_bytes(2, "big")
    udp = ports + (size - 34).to_bytes(2, "big") + bytes(2)
    addresses = bytes((192, 0, 2, 1, 192, 0, 2, 2))
    header = b"\x45\0" + (size - 14).to_bytes(2, "big") + bytes(4) + b"\x40\x11\0\0" + addresses
    start = b"\x02" * 12 + b"\x08\0" + header + udp + number.to_bytes(4, "big")
    return start + bytes(size - len(start))


def status_of(process: int) -> dict[str, str]:
    """/proc/PID/status."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {key: " ".join(value.split()) for key, _, value in (line.partition(":") for line in lines)}
