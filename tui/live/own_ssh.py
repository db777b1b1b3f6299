"""The SSH connection that this program is used over, so that a capture can leave out its own echo.

The environment is no witness: sudo takes SSH_CONNECTION away, and tmux keeps that of a session long gone. So the
processes are asked: up from our own through its parents to the SSH server, whose socket is the connection. A terminal
multiplexer stands outside of that line, and its attached clients lead on. Linux only; elsewhere no connection is found.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from tui.live.proc_files import (
    Address,
    Connection,
    Process,
    ancestry,
    environment,
    established_connections,
    owner,
    plain_address,
    processes,
    socket_inodes,
)

SSH_SERVERS = frozenset({"sshd", "sshd-session", "sshd-auth", "dropbear"})
"""What the processes of an SSH server call themselves."""

TMUX_SECONDS = 0.5
"""How long tmux may take to name its clients."""

MOST_CLIENTS = 16
"""Clients of a terminal multiplexer that are followed."""


@dataclass(frozen=True, slots=True)
class OwnConnection:
    """The SSH connection that shows our screen."""

    remote_address: str
    remote_port: int
    local_address: str
    local_port: int
    filter: str
    """A pcap-filter(7) expression: the segments of this connection in both directions, and those of every further
    connection that shows the same screen (tmux, screen)."""
    words: str
    """Such as `192.0.2.7:51522 → 192.0.2.1:22`; how many more there are, where there are more."""


def own_connection() -> OwnConnection | None:
    """The SSH connection we are used over; None where there is none, or none to be found.

    Where several terminals are attached to one tmux, it is that of the most recently active one. While root, the
    connection is read from the SSH server's socket; otherwise it is what the server told the process that it started.
    """
    found = connections_of(os.getpid())
    if not found:
        return None
    first = found[0]
    words = f"{_endpoint(first.remote_address, first.remote_port)} → {_endpoint(first.local_address, first.local_port)}"
    return OwnConnection(
        str(first.remote_address),
        first.remote_port,
        str(first.local_address),
        first.local_port,
        filter=" or ".join(map(_filter, found)),
        words=words if len(found) == 1 else f"{words} and {len(found) - 1} more",
    )


def connections_of(number: int) -> list[Connection]:
    """The SSH connections that a process is used over, the most recently active first."""
    return list(dict.fromkeys(_connections(number, set())))


def _endpoint(address: Address, port: int) -> str:
    return f"{address}:{port}" if address.version == 4 else f"[{address}]:{port}"


def _filter(connection: Connection) -> str:
    """Both directions spelt out: `host A and host B` would match other connections where the addresses are equal."""
    remote, remote_port, local, local_port = connection
    return (
        f"(tcp and ((src host {remote} and src port {remote_port} and dst host {local} and dst port {local_port})"
        f" or (src host {local} and src port {local_port} and dst host {remote} and dst port {remote_port})))"
    )


def _connections(number: int, servers_seen: set[int]) -> Iterator[Connection]:
    """One after the other, some of them twice; `servers_seen` are multiplexers that were already followed."""
    line = ancestry(number)
    for place, (below, process) in enumerate(pairwise(line), 1):
        if process.name in SSH_SERVERS:
            servers = list(takewhile(lambda ancestor: ancestor.name in SSH_SERVERS, line[place:]))
            if (connection := _served_connection(below, servers)) is not None:
                yield connection
            return
        if process.name.startswith("tmux"):
            clients = _tmux_clients(process, line[:place])
        elif process.name == "screen":
            clients = _screen_clients(process)
        else:
            continue
        if process.number not in servers_seen:
            servers_seen.add(process.number)
            for client in clients[:MOST_CLIENTS]:
                yield from _connections(client, servers_seen)
        return


def _served_connection(below: Process, servers: list[Process]) -> Connection | None:
    """The connection of an SSH server's processes, the nearest first; `below` is what they have started.

    The server's processes may hold the sockets of forwarded ports as well: all of them hold the connection, and the
    server has told it to what it started.
    """
    connections = established_connections(servers[0].number)
    held: list[int] = []
    for server in servers:
        inodes = [inode for inode in socket_inodes(server.number) if inode in connections]
        held = [inode for inode in held if inode in inodes] or held or inodes
    candidates = [connections[inode] for inode in held] or list(connections.values())
    told = _told_connection(environment(below.number).get("SSH_CONNECTION", ""))
    if told in candidates:
        return told
    return candidates[0] if held else None


def _told_connection(variable: str) -> Connection | None:
    """What SSH_CONNECTION says: remote address, remote port, local address, local port (sshd(8))."""
    try:
        remote, remote_port, local, local_port = variable.split()
        return Connection(plain_address(remote), int(remote_port), plain_address(local), int(local_port))
    except ValueError:
        return None


def _tmux_clients(server: Process, inside: list[Process]) -> list[int]:
    """Process numbers of the clients attached to a tmux, the most recently active first."""
    told = (environment(process.number).get("TMUX", "") for process in reversed(inside))
    socket = next((variable.rsplit(",", 2)[0] for variable in told if variable), "")
    runs_as = owner(server.number)
    if not socket or runs_as is None:
        return []
    # A tmux client opens files at its server's request: never let it do so as root for a server that is not root's.
    user, group = runs_as if os.geteuid() == 0 else (None, None)
    try:
        listed = subprocess.run(
            ["tmux", "-S", socket, "list-clients", "-F", "#{client_activity} #{client_pid}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TMUX_SECONDS,
            check=False,
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath)},
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return []
    rows = [line.split() for line in listed.stdout.splitlines()]
    clients = [(int(row[0]), int(row[1])) for row in rows if len(row) == 2 and all(map(bytes.isdigit, row))]
    return [client for _, client in sorted(clients, reverse=True)]


def _screen_clients(server: Process) -> list[int]:
    """Process numbers of the clients of a user's screens, the latest first: which screen they show is not told."""
    runs_as = owner(server.number)
    clients = [
        process.number
        for process in processes()
        if process.name == "screen" and process.number != server.number and owner(process.number) == runs_as
    ]
    return sorted(clients, reverse=True)
