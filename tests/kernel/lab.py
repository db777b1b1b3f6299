"""What a script has to work with: two hosts, a port to meet on, and ways to lose segments on purpose."""

import socket
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Thread
from types import MappingProxyType

from tests.kernel.hosts import PATIENCE, Host, until

MANY = 65536
"""Bytes that are sent or read at once."""

Options = Mapping[str, int]
"""Socket options by their names, those of TCP and those of every socket."""

NONE: Options = MappingProxyType({})

NO_LINGER = struct.pack("ii", 1, 0)
"""SO_LINGER with which closing sends a reset."""

_INFO = struct.Struct("8B24I")
"""The beginning of struct tcp_info."""


@dataclass(frozen=True, slots=True)
class Info:
    """TCP_INFO of a socket."""

    retransmitted: int
    """Segments sent again."""
    unacknowledged: int

    @classmethod
    def of(cls, sock: socket.socket) -> "Info":
        """That of a socket now."""
        values = _INFO.unpack(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size))
        return cls(values[8 + 23], values[8 + 4])


@dataclass(frozen=True, slots=True)
class Look:
    """What sockets there were at one time."""

    time_us: int
    """Microseconds since the epoch."""
    sockets: dict[str, dict[tuple[int, int], str]]
    """Each side's, the state by local and remote port."""


@dataclass(slots=True)
class Lab:
    """Where one scenario is played."""

    client: Host
    server: Host
    relay: Host | None
    port: int
    """The server's."""
    congestion: bytes = b"cubic"
    """Congestion control of all sockets, as the machine's own choice would make the runs differ."""
    ending: ExitStack = field(default_factory=ExitStack)
    """Closes every socket that is left."""
    looks: "list[Look]" = field(default_factory=list)

    def __enter__(self) -> "Lab":
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.close()

    def new_socket(self, host: Host, family: socket.AddressFamily = socket.AF_INET) -> socket.socket:
        """A socket of a host that is closed with the lab at the latest."""
        made = self.ending.enter_context(host.new_socket(family))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, self.congestion)
        return made

    def listen(self, backlog: int = 8, ipv6: bool = False, options: Options = NONE) -> socket.socket:
        """A listener; `options` are of TCP, such as TCP_FASTOPEN, or of the socket, such as SO_RCVBUF."""
        listener = self.new_socket(self.server, socket.AF_INET6 if ipv6 else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _set(listener, options)
        listener.bind((self.server.address6 if ipv6 else self.server.address, self.port))
        listener.listen(backlog)
        return listener

    def dial(self, port: int = 0, ipv6: bool = False, options: Options = NONE) -> socket.socket:
        """A client's socket, not connected yet, bound to a port where one is given."""
        made = self.new_socket(self.client, socket.AF_INET6 if ipv6 else socket.AF_INET)
        _set(made, options)
        if port:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind((self.client.address, port))
        return made

    def open(self, port: int = 0, ipv6: bool = False) -> tuple[socket.socket, socket.socket]:
        """A connection: the client's socket and the server's."""
        listener = self.listen(ipv6=ipv6)
        client = self.dial(port, ipv6)
        client.connect(listener.getsockname()[:2])
        return client, self.accept(listener)

    def accept(self, listener: socket.socket) -> socket.socket:
        """The next connection of a listener."""
        made = self.ending.enter_context(listener.accept()[0])
        made.settimeout(PATIENCE)
        return made

    @contextmanager
    def losing(self, host: Host, *rules: str) -> Iterator[None]:
        """Drop what a host receives and a rule of nft matches, after it was captured there; PORT is the server's."""
        lines = "\n".join(f"{rule.replace('PORT', str(self.port))} drop" for rule in rules)
        chain = f"chain losing {{\ntype filter hook input priority 0\n{lines}\n}}"
        with self._table(host, f"table inet lab {{\n{chain}\n}}", "inet lab"):
            yield

    @contextmanager
    def losing_before(self, host: Host, *rules: str) -> Iterator[None]:
        """Drop what a rule matches between the relay and a host, so that it is not captured at the host."""
        assert self.relay is not None
        name = "client" if host is self.client else "server"
        lines = "\n".join(f"{rule.replace('PORT', str(self.port))} drop" for rule in rules)
        chain = f'chain losing {{\ntype filter hook egress device "{name}" priority 0\n{lines}\n}}'
        with self._table(self.relay, f"table netdev {name} {{\n{chain}\n}}", f"netdev {name}"):
            yield

    @contextmanager
    def _table(self, host: Host, definition: str, name: str) -> Iterator[None]:
        host.shell(f"nft -f - <<'END'\n{definition}\nEND")
        yield
        host.shell(f"nft delete table {name}")

    def look(self) -> None:
        """Remember what sockets there are now, as the kernel does not trace what becomes of them in TIME-WAIT."""
        ends = (("client", self.client), ("server", self.server))
        self.looks.append(Look(time.time_ns() // 1000, {side: host.sockets() for side, host in ends}))

    def await_states(self, client: str, server: str) -> None:
        """Wait until the sockets of both hosts that belong to this port are in these states; CLOSED is none."""
        until(lambda: self.states() == (client, server), f"{client} and {server}, not {self.states()}")

    def states(self) -> tuple[str, str]:
        """The newest state of each side."""
        mine = [port for pair, port in self.client.sockets().items() if pair[1] == self.port]
        theirs = [port for pair, port in self.server.sockets().items() if pair[0] == self.port]
        return _only(mine), _only(theirs)


Play = Callable[[Lab], None]
"""A script."""


def start(work: Callable[[], object]) -> Thread:
    """Let a thread do what would block the script."""
    thread = Thread(target=work, daemon=True)
    thread.start()
    return thread


def receive(receiver: socket.socket, count: int) -> None:
    """Read so many bytes."""
    while count:
        count -= len(receiver.recv(min(count, MANY))) or count


def _set(sock: socket.socket, options: Options) -> None:
    for name, value in options.items():
        level = socket.IPPROTO_TCP if name.startswith("TCP_") else socket.SOL_SOCKET
        sock.setsockopt(level, getattr(socket, name), value)


def _only(found: list[str]) -> str:
    return "+".join(sorted(found)) or "CLOSED"
