"""The connection that leads to us, over a real SSH server: through sudo and tmux, as root and as a user."""

import json
import os
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.live.requirements import needs_root
from tests.live.ssh_server import SshServer, folder_for_all, running_server, tell_command, wait_until
from tests.live.users import python_of, temporary_user
from tests.program import PATIENCE, PROJECT
from tests.query.pcap import batch_of
from tui.live.own_ssh import connections_of, own_connection
from tui.live.proc_files import Connection, established_connections, plain_address, socket_inodes
from tui.query.bpf import run
from tui.query.compiler import compile_filter

pytestmark = needs_root

Told = dict[str, Any]
Ends = tuple[str, int, str, int]


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    with folder_for_all() as folder, running_server(folder) as running:
        yield running


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_all() as path:
        yield path


@pytest.fixture
def user() -> Iterator[str]:
    with temporary_user() as name:
        yield name


@pytest.fixture
def tmux(folder: Path) -> Iterator[Path]:
    """The socket of a tmux that was started far from any SSH connection, with a stale word of one."""
    if shutil.which("tmux") is None:
        pytest.skip("needs tmux")
    path = folder / "tmux"
    stale = {"PATH": os.environ["PATH"], "SSH_CONNECTION": "203.0.113.1 1 203.0.113.2 22", "LC_ALL": "C.UTF-8"}
    command = ["tmux", "-S", str(path), "-f", os.devnull]
    subprocess.run([*command, "new-session", "-d", "sleep", "600"], env=stale, check=True, cwd="/")
    try:
        yield path
    finally:
        subprocess.run([*command, "kill-server"], check=False)


def ends(variable: str) -> Ends:
    """What SSH_CONNECTION says where nothing has touched it."""
    remote, remote_port, local, local_port = variable.split()
    return remote, int(remote_port), local, int(local_port)


def ends_told(told: Told) -> Ends:
    return told["remote_address"], told["remote_port"], told["local_address"], told["local_port"]


def told_over(server: SshServer, command: str, user: str = "root", host: str = "127.0.0.1") -> tuple[Ends, Told]:
    """What SSH_CONNECTION says, and what `own_connection` tells."""
    variable, told = server.run(f"echo $SSH_CONNECTION; {command}", user, host)
    return ends(variable), json.loads(told)


def window_command(folder: Path, *before: str) -> str:
    """A command that waits for `go`, writes what `own_connection` tells to `told` and is `done`."""
    for name in ("go", "done"):
        (folder / name).unlink(missing_ok=True)
    wait = f"until [ -e {folder}/go ]; do sleep 0.05; done"
    return f"{wait}; {{ {tell_command(*before)}; }} > {folder}/told 2>&1; touch {folder}/done"


def told_by_window(folder: Path) -> Told | None:
    """What is told by the command of `window_command`."""
    (folder / "go").touch()
    wait_until((folder / "done").exists, "the window has told")
    told: Told | None = json.loads((folder / "told").read_text())
    return told


def tmux_tells(tmux: Path, folder: Path, *before: str) -> Told | None:
    """What `own_connection` tells in a new window of a tmux."""
    command = ["tmux", "-S", str(tmux), "new-window", "-d", window_command(folder, *before)]
    subprocess.run(command, check=True)
    return told_by_window(folder)


def own_in_tmux(tmux: Path, folder: Path) -> Told:
    """What `own_connection` tells in a tmux with clients, where nothing around it knows of the tmux."""
    for _ in range(5):  # on a busy machine tmux may need longer than it is given
        told = tmux_tells(tmux, folder, "env", "-u", "TMUX")
        if told is not None:
            return told
    pytest.fail("no connection was found")


def attach(server: SshServer, tmux: Path, folder: Path, name: str) -> Ends:
    """A login that is attached to a tmux: the ends of its connection."""
    note = folder / name
    attached = len(clients(tmux))
    server.keep(f"echo $SSH_CONNECTION > {note}; exec tmux -S {tmux} attach")
    wait_until(lambda: len(clients(tmux)) > attached, "the client is attached")
    return ends(note.read_text())


def clients(tmux: Path) -> list[str]:
    command = ["tmux", "-S", str(tmux), "list-clients"]
    return subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE).stdout.decode().splitlines()


def segment(source: str, source_port: int, target: str, target_port: int, protocol: int = 6) -> bytes:
    """An Ethernet frame with a TCP header, or what has its ports where TCP has them."""
    transport = struct.pack(">HHIIBBHHH", source_port, target_port, 1, 1, 0x50, 0x10, 512, 0, 0)
    addresses = ip_address(source).packed + ip_address(target).packed
    if isinstance(ip_address(source), IPv6Address):
        header = struct.pack(">IHBB", 6 << 28, len(transport), protocol, 64) + addresses
        return bytes(12) + b"\x86\xdd" + header + transport
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(transport), 1, 0, 64, protocol, 0) + addresses
    return bytes(12) + b"\x08\x00" + header + transport


def selected(expression: str, frames: list[bytes]) -> list[bool]:
    """Which Ethernet frames a filter selects."""
    batch = batch_of(frames)
    return [bool(chosen) for chosen in run(compile_filter(expression, 1, 65535), batch)]


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "127.0.0.1"), ("::1", "[::1]")])
def test_a_login_knows_its_connection(server: SshServer, host: str, address: str) -> None:
    connection, told = told_over(server, tell_command("env", "-u", "SSH_CONNECTION"), "root", host)
    assert ends_told(told) == connection
    assert told["words"] == f"{address}:{connection[1]} → {address}:{server.port}"


def test_sudo_takes_the_variable_and_not_the_connection(server: SshServer) -> None:
    if shutil.which("sudo") is None:
        pytest.skip("needs sudo")
    assert server.run("sudo env | grep -c SSH_CONNECTION || true") == ["0"]
    connection, told = told_over(server, tell_command("sudo"))
    assert ends_told(told) == connection


def test_a_user_who_may_not_see_the_servers_socket(server: SshServer, user: str) -> None:
    command = tell_command("env", "-i", python=python_of(user))
    connection, told = told_over(server, command, user)
    assert ends_told(told) == connection


def test_root_asks_the_servers_socket(server: SshServer, user: str, folder: Path) -> None:
    # The shell below the server has lost the variable, so that only the server's processes can tell.
    note, number = folder / "note", folder / "number"
    inside = f"echo $$ > {number}; read line"
    login = server.keep(f"echo $SSH_CONNECTION > {note}; exec env -i sh -c '{inside}'", user)
    try:
        wait_until(lambda: number.exists() and number.read_text().endswith("\n"), "the login is there")
        found = connections_of(int(number.read_text()))
    finally:
        login.kill()
        login.wait()
    remote, remote_port, local, local_port = ends(note.read_text())
    assert found == [Connection(plain_address(remote), remote_port, plain_address(local), local_port)]


def test_forwarded_ports_are_not_the_connection(server: SshServer, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with socket.create_server(("127.0.0.1", 0)) as target:
        forwarding = f"-L127.0.0.1:{port}:127.0.0.1:{target.getsockname()[1]}"
        note = folder / "note"
        server.keep(f"echo $SSH_CONNECTION > {note}; {window_command(folder)}", "root", forwarding)
        wait_until(lambda: note.exists() and note.read_text().endswith("\n"), "the login is there")
        target.settimeout(PATIENCE)
        with socket.create_connection(("127.0.0.1", port), PATIENCE), target.accept()[0]:
            told = told_by_window(folder)
    assert told is not None
    assert ends_told(told) == ends(note.read_text())


def test_tmux_leads_to_its_clients(server: SshServer, tmux: Path, folder: Path) -> None:
    assert tmux_tells(tmux, folder) is None
    first = attach(server, tmux, folder, "first")
    told = own_in_tmux(tmux, folder)
    assert ends_told(told) == first
    second = attach(server, tmux, folder, "second")
    told = own_in_tmux(tmux, folder)
    assert ends_told(told) in (first, second)
    assert told["words"].endswith(" and 1 more")
    frames = [segment(*first), segment(*second), segment("127.0.0.1", 9, "127.0.0.1", server.port)]
    assert selected(told["filter"], frames) == [True, True, False]


def test_a_tmux_that_does_not_answer_holds_nothing_up(server: SshServer, tmux: Path, folder: Path) -> None:
    attach(server, tmux, folder, "note")
    subprocess.run(["tmux", "-S", str(tmux), "new-window", "-d", window_command(folder)], check=True)
    asked = subprocess.run(
        ["tmux", "-S", str(tmux), "display-message", "-p", "#{pid}"], capture_output=True, check=True
    )
    number = int(asked.stdout)
    os.kill(number, signal.SIGSTOP)
    try:
        assert told_by_window(folder) is None
    finally:
        os.kill(number, signal.SIGCONT)


def test_screen_leads_to_its_clients(server: SshServer, folder: Path) -> None:
    if shutil.which("screen") is None:
        pytest.skip("needs screen")
    name = f"tcptui-{os.getpid()}"
    command = ["screen", "-S", name, "-c", os.devnull]
    subprocess.run([*command, "-dm", "sh", "-c", window_command(folder)], check=True, cwd="/")
    try:
        note = folder / "note"
        server.keep(f"echo $SSH_CONNECTION > {note}; exec screen -r {name}")
        listed = ["screen", "-ls", name]
        wait_until(
            lambda: b"(Attached)" in subprocess.run(listed, capture_output=True, check=False).stdout, "it is attached"
        )
        told = told_by_window(folder)
        assert told is not None
        assert ends_told(told) == ends(note.read_text())
    finally:
        subprocess.run([*command, "-X", "quit"], check=False, capture_output=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_filter_means_this_connection_and_no_other(server: SshServer, host: str) -> None:
    _, told = told_over(server, tell_command(), "root", host)
    address, port, _, local_port = ends_told(told)
    other = "127.0.0.2" if host == "127.0.0.1" else "::2"
    ours = [segment(address, port, address, local_port), segment(address, local_port, address, port)]
    others = [
        segment(address, port + 1, address, local_port),
        segment(address, port, address, local_port + 1),
        segment(other, port, address, local_port),
        segment(address, local_port, other, port),
        segment(address, port, address, port),
        segment(address, local_port, address, local_port),
        segment(address, port, address, local_port, protocol=17),
    ]
    assert selected(told["filter"], ours + others) == [True] * len(ours) + [False] * len(others)
    everything_else = f"(tcp port {local_port}) and not ({told['filter']})"
    assert selected(everything_else, [*ours, others[0]]) == [False, False, True]


def test_an_ipv4_connection_of_an_ipv6_socket_is_one_of_ipv4() -> None:
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listening:
        port = listening.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as client:
            accepted, _ = listening.accept()
            with accepted:
                inode = os.fstat(accepted.fileno()).st_ino
                assert inode in socket_inodes(os.getpid())
                connection = established_connections(os.getpid())[inode]
                client_port = client.getsockname()[1]
    local = plain_address("127.0.0.1")
    assert connection == Connection(local, client_port, local, port)


def test_without_ssh_there_is_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["setsid", "--fork", "sh", "-c", f"sleep 0.2; {tell_command()}"]
    told = subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE, cwd=PROJECT)
    assert told.stdout == b"null\n"
    monkeypatch.setattr("tui.live.proc_files.PROC", Path("/nonexistent"))
    assert own_connection() is None
