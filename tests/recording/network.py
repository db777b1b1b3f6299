"""Hosts for a recording: network namespaces on a wire, or on both sides of a relay."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.program import PROJECT

PATIENCE = 30.0
"""Seconds after which what is waited for is not going to come."""

LISTENING, TIME_WAIT = "0A", "06"
"""States in /proc/net/tcp."""

OFFLOADS = ("tx", "rx", "tso", "gso", "gro", "txvlan", "rxvlan")
"""What an interface may do to segments behind the capture's back: merge them, or leave their checksum for later."""


@dataclass(slots=True)
class Host:
    """A network namespace, and the processes that run in it."""

    namespace: str
    folder: Path
    """Working directory of its programs."""
    processes: ExitStack = field(default_factory=ExitStack)

    def start(
        self, command: str, stdout: int | IO[bytes] = subprocess.DEVNULL, stderr: int | IO[bytes] = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """Start a program that ends with the host at the latest."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.namespace, *shlex.split(command)],
            cwd=self.folder,
            env={
                **os.environ,
                "PATH": path,
                "PYTHONPATH": str(PROJECT),
            },
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
        )
        self.processes.callback(_end, process)
        return process

    def run(self, command: str, *, check: bool = True) -> str:
        """Run a program to its end, and return what it has printed."""
        process = self.start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output = process.communicate(timeout=PATIENCE)[0].decode(errors="replace")
        if check and process.returncode:
            raise RuntimeError(f"{command} failed: {output.strip()}")
        return output

    def await_listener(self, port: int) -> None:
        """Wait until a program listens on a port, without knocking at it."""
        await_that(lambda: (port, LISTENING) in self._sockets(), f"a listener on port {port}")

    def await_quiet(self) -> None:
        """Wait until no connection is left that still has something to send."""
        await_that(lambda: {state for _, state in self._sockets()} <= {LISTENING, TIME_WAIT}, "the last segment")

    def _sockets(self) -> set[tuple[int, str]]:
        """Local port and state of all TCP sockets."""
        lines = self.run("cat /proc/net/tcp /proc/net/tcp6", check=False).splitlines()
        columns = [line.split() for line in lines if "local_address" not in line]
        return {(int(entry[1].rpartition(":")[2], 16), entry[3]) for entry in columns}


@dataclass(slots=True)
class Network:
    """A client and a server that reach each other. On a machine that talks to itself they are the same host."""

    client: Host
    server: Host
    trunk: Host | None = None
    """The switch on whose interface `server` frames are tagged."""


@contextmanager
def alone(folder: Path) -> Iterator[Network]:
    """One host, on which client and server talk over `lo`."""
    with _host("alone", folder) as host:
        host.run("ip link set lo up")
        yield Network(host, host)


@contextmanager
def wired(folder: Path) -> Iterator[Network]:
    """Two hosts on one wire: 10.0.0.1 and fd00::1, 10.0.0.2 and fd00::2, each on its `eth0`."""
    with _host("client", folder) as client, _host("server", folder) as server:
        _connect((client, "eth0"), (server, "eth0"))
        _configure(client, 1)
        _configure(server, 2)
        yield Network(client, server)


@contextmanager
def relayed(folder: Path, rules: tuple[str, ...]) -> Iterator[Network]:
    """Two hosts as in `wired`, between which a relay forwards frames by its own rules."""
    with _host("client", folder) as client, _host("server", folder) as server, _host("relay", folder) as relay:
        _connect((client, "eth0"), (relay, "client"))
        _connect((server, "eth0"), (relay, "server"))
        _forward(relay, rules)
        _configure(client, 1)
        _configure(server, 2)
        yield Network(client, server)


@contextmanager
def trunked(folder: Path) -> Iterator[Network]:
    """Two hosts as in `wired`, each at a switch of its own; between the switches, their frames are in VLAN 7."""
    with (
        _host("client", folder) as client,
        _host("server", folder) as server,
        _host("near", folder) as near,
        _host("far", folder) as far,
    ):
        _connect((client, "eth0"), (near, "client"))
        _connect((near, "server"), (far, "client"))
        _connect((server, "eth0"), (far, "server"))
        _forward(near, ("tag=server",))
        _forward(far, ("tag=client",))
        _configure(client, 1)
        _configure(server, 2)
        yield Network(client, server, near)


def await_that(condition: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds. Raises TimeoutError where it does not come to that."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {PATIENCE:.0f} s for {what}")
        time.sleep(0.02)


@contextmanager
def _host(name: str, folder: Path) -> Iterator[Host]:
    host = Host(f"tcptui-{name}-{os.getpid()}", folder)
    subprocess.run(["ip", "netns", "add", host.namespace], check=True)
    try:
        with host.processes:
            yield host
    finally:
        subprocess.run(["ip", "netns", "delete", host.namespace], check=True)


def _connect(one: tuple[Host, str], other: tuple[Host, str]) -> None:
    """A wire between two interfaces, which it creates."""
    (here, name), (there, peer) = one, other
    here.run(f"ip link add {name} type veth peer name {peer} netns {there.namespace}")


def _configure(host: Host, number: int) -> None:
    """Give a host its addresses; the hardware's are of the range that anybody may use."""
    host.run(f"ip link set eth0 address 02:00:00:00:00:{number:02x}")
    _raise(host, "eth0")
    host.run(f"ip address add 10.0.0.{number}/24 dev eth0")
    host.run(f"ip address add fd00::{number}/64 dev eth0 nodad")


def _forward(relay: Host, rules: tuple[str, ...]) -> None:
    """Let a host forward what comes in on its interfaces `client` and `server`."""
    for interface in ("client", "server"):
        relay.run(f"sysctl -w net.ipv6.conf.{interface}.disable_ipv6=1")
        _raise(relay, interface)
    process = relay.start(f"python3 -m tests.recording.relay {' '.join(rules)}", stdout=subprocess.PIPE)
    assert process.stdout is not None
    if not process.stdout.readline():
        raise RuntimeError("the relay did not start")


def _raise(host: Host, interface: str) -> None:
    settings = " ".join(f"{offload} off" for offload in OFFLOADS)
    host.run(f"ethtool -K {interface} {settings}")
    host.run(f"ip link set {interface} up")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process, if it has not ended by itself."""
    process.terminate()
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
