"""A real SSH server on a port of its own, and logins to it that run a program."""

import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.program import PATIENCE, PROJECT

SERVER = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/sbin") or "/usr/sbin/sshd"

SERVER_OPTIONS = """
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PasswordAuthentication no
ListenAddress 127.0.0.1:{port}
ListenAddress [::1]:{port}
"""

CLIENT_OPTIONS = (
    "BatchMode=yes",
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "LogLevel=ERROR",
)

PRIVILEGE_SEPARATION_FOLDER = Path("/run/sshd")
"""What Debian's server wants to find; it is gone after each start of the machine."""

TELL = """
import json, dataclasses
from tui.live.own_ssh import own_connection
own = own_connection()
print(json.dumps(own and dataclasses.asdict(own)))
"""


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Return once the condition holds; fail when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.02)


def tell_command(*before: str, python: str = sys.executable) -> str:
    """A shell command that prints as JSON what `own_connection` finds, run by the command `before`."""
    return f"cd {shlex.quote(str(PROJECT))} && {shlex.join([*before, python, '-c', TELL])}"


@dataclass
class SshServer:
    """A server that listens on 127.0.0.1 and ::1."""

    folder: Path
    port: int
    logins: ExitStack = field(default_factory=ExitStack)
    """Ends the logins that `keep` has started."""

    def run(self, command: str, user: str = "root", host: str = "127.0.0.1") -> list[str]:
        """The lines that a command prints over SSH."""
        done = subprocess.run(
            [*self._client(user, host), command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().splitlines()

    def keep(self, command: str, user: str = "root", *options: str) -> subprocess.Popen[bytes]:
        """A login with a terminal that runs a command, until it or the server ends."""
        environment = {"TERM": "xterm", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        login = subprocess.Popen(
            [*self._client(user, "127.0.0.1"), *options, "-tt", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self.logins.callback(login.wait)
        self.logins.callback(login.kill)
        return login

    def _client(self, user: str, host: str) -> list[str]:
        options = [word for option in CLIENT_OPTIONS for word in ("-o", option)]
        return ["ssh", "-F", "none", *options, "-i", str(self.folder / "key"), "-p", str(self.port), f"{user}@{host}"]


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A new folder in which every user may read and write, unlike those of pytest."""
    with TemporaryDirectory(prefix="tcptui-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


@contextmanager
def running_server(folder: Path) -> Iterator[SshServer]:
    """A server with keys of its own; the test is skipped where OpenSSH is not installed."""
    for command in (SERVER, "ssh", "ssh-keygen"):
        if shutil.which(command) is None:
            pytest.skip("needs OpenSSH, of the Debian packages openssh-server and openssh-client")
    PRIVILEGE_SEPARATION_FOLDER.mkdir(mode=0o755, exist_ok=True)
    for name in ("host_key", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    (folder / "authorized_keys").write_bytes((folder / "key.pub").read_bytes())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = folder / "sshd_config"
    options.write_text(SERVER_OPTIONS.format(folder=folder, port=port))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SERVER, "-D", "-e", "-f", options], stdin=subprocess.DEVNULL, stderr=log)
    server = SshServer(folder, port)
    try:
        wait_until(lambda: _answers(port), f"the SSH server listens: {(folder / 'log').read_text()}")
        with server.logins:
            yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
    except OSError:
        return False
    return True
