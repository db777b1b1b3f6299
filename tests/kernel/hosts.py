"""Two hosts on a wire, or with a relay between them, whose sockets a script uses from one process."""

import atexit
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import TypeVar

from tests.capture.network import Network, ip
from tests.program import PROJECT
from tests.recording.network import OFFLOADS

PATIENCE = 20.0
"""Seconds after which what is waited for is not going to come."""

STATES = {
    "01": "ESTABLISHED",
    "02": "SYN-SENT",
    "03": "SYN-RECEIVED",
    "04": "FIN-WAIT-1",
    "05": "FIN-WAIT-2",
    "06": "TIME-WAIT",
    "07": "CLOSED",
    "08": "CLOSE-WAIT",
    "09": "LAST-ACK",
    "0A": "LISTEN",
    "0B": "CLOSING",
}
"""States as /proc/net/tcp has them."""

Made = TypeVar("Made")


class Entered(Network):
    """A network namespace that threads enter."""

    def inside(self, make: Callable[[], Made]) -> Made:
        """What is made by a thread that has entered it."""
        return self._inside(make)


@cache
def _nursery() -> Entered:
    """The namespace in which hosts are made.

    They get a small table of connections of their own, as /proc/net/tcp takes tens of milliseconds to go through the
    machine's large one.
    """
    made = Entered()
    made.run("sysctl", "-qwe", "net.ipv4.tcp_child_ehash_entries=256")
    atexit.register(made.close)
    return made


class Host(Entered):
    """A network namespace with the interface `eth0`."""

    def __init__(self, number: int, subnet: int) -> None:
        """`subnet`: what is on one wire has one number, up to 65535, and no other wire has it."""
        super().__init__()
        self.number = number
        self.address = f"10.{subnet >> 8}.{subnet & 255}.{number}"
        self.address6 = f"fd00::{subnet:x}:{number}"
        self.mac = f"02:00:00:00:00:{number:02x}"

    def new_socket(self, family: socket.AddressFamily = socket.AF_INET) -> socket.socket:
        """A TCP socket of this host."""
        made = self.inside(lambda: socket.socket(family, socket.SOCK_STREAM))
        made.settimeout(PATIENCE)
        return made

    def shell(self, script: str) -> str:
        """Run a shell script in it; returns what it prints."""
        done = subprocess.run([*self.prefix, "sh", "-ec", script], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{script!r} failed: {done.stderr.strip()}")
        return done.stdout

    def read(self, name: str) -> str:
        """A file of its /proc/net."""
        return self.inside(lambda: Path("/proc/thread-self/net", name).read_text())

    def sockets(self) -> dict[tuple[int, int], str]:
        """State by local and remote port, of all TCP sockets but listeners; of those of TIME-WAIT and requests, too."""
        found: dict[tuple[int, int], str] = {}
        for name in ("tcp", "tcp6"):
            for line in self.read(name).splitlines()[1:]:
                _, local, remote, state, *_ = line.split()
                if STATES.get(state) != "LISTEN":
                    ports = tuple(int(end.rpartition(":")[2], 16) for end in (local, remote))
                    found[ports[0], ports[1]] = STATES[state]
        return found

    def counters(self) -> dict[str, int]:
        """Its TCP counters: /proc/net/snmp and /proc/net/netstat."""
        found: dict[str, int] = {}
        lines = [line for name in ("snmp", "netstat") for line in self.read(name).splitlines()]
        for names, values in zip(lines[::2], lines[1::2], strict=True):
            if names.startswith(("Tcp:", "TcpExt:")):
                found.update(zip(names.split()[1:], map(int, values.split()[1:]), strict=True))
        return found

    def configure(self, peer: "Host", settings: Mapping[str, int]) -> None:
        """Give `eth0` its addresses, and tell it the peer's, so that nobody has to ask for them.

        `settings` are sysctls of net.ipv4.
        """
        words = " ".join(f"net.ipv4.{name}={value}" for name, value in settings.items())
        self.shell(
            f"""
            ethtool -K eth0 {" ".join(f"{offload} off" for offload in OFFLOADS)}
            sysctl -qwe net.ipv6.conf.eth0.disable_ipv6=0 net.ipv6.conf.eth0.accept_dad=0 {words}
            ip link set eth0 address {self.mac} gso_max_segs 1 up
            ip link set lo up
            ip address add {self.address}/24 dev eth0
            ip address add {self.address6}/112 dev eth0 nodad
            ip neighbour replace {peer.address} lladdr {peer.mac} dev eth0
            ip neighbour replace {peer.address6} lladdr {peer.mac} dev eth0
            """
        )


@contextmanager
def wired(subnet: int, settings: Mapping[str, int]) -> Iterator[tuple[Host, Host, None]]:
    """Client and server on one wire."""
    with ExitStack() as ending:
        client, server = hosts = [_host(number, subnet, ending) for number in (1, 2)]
        ip("link", "add", "eth0", "netns", client.name, "type", "veth", "peer", "name", "eth0", "netns", server.name)
        for host, peer in (hosts, reversed(hosts)):
            host.configure(peer, settings)
        yield client, server, None


@contextmanager
def relayed(subnet: int, settings: Mapping[str, int], rules: str) -> Iterator[tuple[Host, Host, Host]]:
    """Client and server with a relay between them that forwards by its own rules (tests.recording.relay)."""
    with ExitStack() as ending:
        client, server, relay = (_host(number, subnet, ending) for number in (1, 2, 3))
        for name, host in (("client", client), ("server", server)):
            ip("link", "add", "eth0", "netns", host.name, "type", "veth", "peer", "name", name, "netns", relay.name)
        offloads = " ".join(f"{offload} off" for offload in OFFLOADS)
        for name in ("client", "server"):
            relay.shell(f"ethtool -K {name} {offloads}; ip link set {name} up")
        process = ending.enter_context(
            subprocess.Popen(
                [*relay.prefix, sys.executable, "-m", "tests.recording.relay", *rules.split()],
                cwd=PROJECT,
                stdout=subprocess.PIPE,
            )
        )
        ending.callback(process.terminate)
        for host, peer in ((client, server), (server, client)):
            host.configure(peer, settings)
        assert process.stdout is not None
        if not process.stdout.readline():
            raise RuntimeError("the relay did not start")
        yield client, server, relay


def until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until a condition holds. Raises TimeoutError where it does not come to that."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {patience:.0f} s for {what}")
        time.sleep(0.01)


def _host(number: int, subnet: int, ending: ExitStack) -> Host:
    host = _nursery().inside(lambda: Host(number, subnet))
    ending.callback(host.close)
    return host
