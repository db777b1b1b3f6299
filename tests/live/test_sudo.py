"""The capture process of a user without privileges: through sudo, or not at all."""

import fcntl
import os
import pty
import pwd
import select
import shutil
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.live.requirements import needs_root
from tests.live.ssh_server import folder_for_all
from tests.live.stand_in import LIBRARIES, READY, write_stand_in
from tests.live.users import temporary_user
from tests.program import PROJECT
from tui.live.process import HELPER

pytestmark = [
    needs_root,
    pytest.mark.skipif(
        any(shutil.which(program) is None for program in ("sudo", "useradd", "chpasswd", "setpriv")),
        reason="needs sudo, useradd, chpasswd and setpriv",
    ),
]

PATIENCE = 30.0
"""Seconds after which a program is not going to do what is waited for."""

PASSWORD = "so far, so good"

PROGRAM = """
import os
import sys
from pathlib import Path
from tui.errors import UserError
from tui.live import process
from tui.live.capture import open_live
from tui.live.request import LiveRequest
process.HELPER = Path(sys.argv[1])
try:
    capture = open_live(LiveRequest(("lo",), "port 80"))
except UserError as error:
    print("refused:", error)
    sys.exit(error.exit_status)
print("capturing as", *capture.waiting, flush=True)
while (line := sys.stdin.readline().strip()) not in ("", "end"):
    print("heard", line, flush=True)
capture.close()
print("closed", "left" if os.path.exists(capture.spool_path) else "removed", capture.fault, flush=True)
"""

TELL_USER = (READY, "hear()", "say('interface', name=f'user {os.getuid()}', up=False, reason='')", "wait_for_end()")


class OnTerminal:
    """A program that runs as a user, on a terminal of its own."""

    def __init__(self, user: pwd.struct_passwd, command: list[str], environment: dict[str, str]) -> None:
        self._keyboard, slave = pty.openpty()
        os.fchown(slave, user.pw_uid, user.pw_gid)
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd="/",
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            env=environment,
            start_new_session=True,
            preexec_fn=partial(fcntl.ioctl, slave, termios.TIOCSCTTY, 0),  # noqa: PLW1509  no other thread runs
        )
        os.close(slave)
        self.written = ""

    def read_until(self, words: str) -> str:
        """Take what is written up to some words; returns all of it."""
        deadline = time.monotonic() + PATIENCE
        before = len(self.written)
        while words not in self.written[before:]:
            ready, _, _ = select.select([self._keyboard], [], [], max(deadline - time.monotonic(), 0))
            assert ready, self.written
            try:
                piece = os.read(self._keyboard, 4096)
            except OSError:  # the program has ended
                piece = b""
            assert piece, self.written
            self.written += piece.decode("utf-8", "replace")
        return self.written[before:]

    def press(self, line: str) -> None:
        """Type a line."""
        os.write(self._keyboard, line.encode() + b"\n")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        os.close(self._keyboard)


@pytest.fixture
def user() -> Iterator[pwd.struct_passwd]:
    """Someone with a password, who may not use sudo yet."""
    with temporary_user() as name:
        subprocess.run(["chpasswd"], input=f"{name}:{PASSWORD}".encode(), check=True)
        yield pwd.getpwnam(name)


@pytest.fixture
def sudoer(user: pwd.struct_passwd) -> Iterator[pwd.struct_passwd]:
    """Someone who may use sudo, with a password."""
    yield from allow(user, "ALL")


@pytest.fixture
def trusted(user: pwd.struct_passwd) -> Iterator[pwd.struct_passwd]:
    """Someone who may use sudo without a password."""
    yield from allow(user, "NOPASSWD: ALL")


def allow(user: pwd.struct_passwd, what: str) -> Iterator[pwd.struct_passwd]:
    rule = Path("/etc/sudoers.d") / user.pw_name
    options = f"Defaults:{user.pw_name} !lecture, !mail_badpass, !mail_no_user, passwd_tries=2"
    rule.write_text(f"{user.pw_name} ALL=(root) {what}\n{options}\n")
    rule.chmod(0o440)
    try:
        yield user
    finally:
        rule.unlink()


@pytest.fixture
def command(user: pwd.struct_passwd) -> Iterator[list[str]]:
    """The program, with a capture process that tells as whom it runs."""
    with folder_for_all() as folder:
        yield [python_of(user), "-P", "-c", PROGRAM, str(write_stand_in(folder, *TELL_USER))]


def python_of(user: pwd.struct_passwd) -> str:
    """A Python that a user may run, and that finds our libraries."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        try:
            if run(user, [python, "-c", "import numpy, psutil, tui.live.capture"]) == "":
                return python
        except PermissionError:
            pass
    pytest.skip("other users may run no Python of this version, or may not read its libraries or this checkout")


def environment(path: str) -> dict[str, str]:
    return {"PATH": path, "PYTHONPATH": os.pathsep.join([str(PROJECT), *LIBRARIES]), "LC_ALL": "C.UTF-8"}


def start(user: pwd.struct_passwd, command: list[str]) -> OnTerminal:
    return OnTerminal(user, command, environment(os.environ["PATH"]))


def test_the_password_is_asked_for_and_only_the_capture_process_is_root(
    sudoer: pwd.struct_passwd, command: list[str]
) -> None:
    terminal = start(sudoer, command)
    try:
        terminal.read_until(f"tcptui starts its capture process through sudo; password of {sudoer.pw_name}: ")
        terminal.press("wrong")
        terminal.read_until("password of")
        terminal.press(PASSWORD)
        terminal.read_until("capturing as user 0")
        status = Path(f"/proc/{terminal.process.pid}/status").read_text()
        assert f"Uid:\t{sudoer.pw_uid}\t{sudoer.pw_uid}\t{sudoer.pw_uid}\t{sudoer.pw_uid}" in status
        for number in range(20):  # sudo stands beside us on the terminal, and must not take our keys
            terminal.press(f"line {number}")
            terminal.read_until(f"heard line {number}\r\n")
        terminal.press("end")
        terminal.read_until("closed removed None")
        assert terminal.process.wait(PATIENCE) == 0
    finally:
        terminal.close()


def test_a_wrong_password_says_what_else_works(sudoer: pwd.struct_passwd, command: list[str]) -> None:
    terminal = start(sudoer, command)
    try:
        for _ in range(2):
            terminal.read_until("password of")
            terminal.press("wrong")
        terminal.read_until("-i lo 'port 80'\r\n")
        *_, told, rest = terminal.written.split("\r\n")
        assert rest == ""
        assert "capturing needs privileges, and sudo gave none (2 incorrect password attempts); have tcpdump" in told
        assert terminal.process.wait(PATIENCE) == 1
    finally:
        terminal.close()


def run(user: pwd.struct_passwd, command: list[str], path: str = os.environ["PATH"]) -> str:
    """What a run without a terminal prints."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        env=environment(path),
        start_new_session=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.stdout.decode()


def test_a_rule_without_password_needs_no_terminal(trusted: pwd.struct_passwd, command: list[str]) -> None:
    assert run(trusted, command) == "capturing as user 0\nclosed removed None\n"


def test_without_a_terminal_nobody_can_be_asked(sudoer: pwd.struct_passwd, command: list[str]) -> None:
    told = run(sudoer, command)
    assert told.startswith("refused: capturing needs privileges, and sudo gave none (a password is required); have")
    assert "sudo tcpdump -i lo -U -w - 'port 80' | tcptui -r -" in told
    assert told.count("\n") == 1


def test_without_sudo(user: pwd.struct_passwd, command: list[str]) -> None:
    assert run(user, command, "/nowhere").startswith("refused: capturing needs privileges, and there is no sudo here;")


def test_a_run_that_can_gain_nothing_says_so(trusted: pwd.struct_passwd, command: list[str]) -> None:
    told = run(trusted, ["setpriv", "--no-new-privs", *command])
    assert told.startswith("refused: capturing needs privileges, and this run can gain none any more")


def test_an_ambient_capability_needs_no_sudo(user: pwd.struct_passwd, command: list[str]) -> None:
    as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups"]
    capability = ["--inh-caps=+net_raw", "--ambient-caps=+net_raw"]
    told = run(pwd.getpwuid(0), [*as_user, *capability, *command], "/nowhere:/usr/bin")
    assert told == f"capturing as user {user.pw_uid}\nclosed removed None\n"


DROPPING_PROGRAM = """
import os
import socket
import sys
from pathlib import Path
from tui.live import process
from tui.live.privileges import drop_to_caller
from tui.opening import LiveSource, Opener, Terms
process.HELPER = Path(sys.argv[1])
with socket.socket(type=socket.SOCK_DGRAM) as receiver:
    receiver.bind(("127.0.0.1", 0))
    opener = Opener(Terms(filter=f"udp port {receiver.getsockname()[1]}"))
    folders = []
    for turn in range(2):
        capture = opener.open(LiveSource(("lo",))).live
        folders.append(capture.spool_path)
        assert turn or drop_to_caller()
        receiver.sendto(b"packet", receiver.getsockname())
        batch = next(capture.batches())
        assert capture.read_at(int(batch.offset[0]), int(batch.captured[0])).endswith(b"packet")
        owners = {path.stat().st_uid for path in Path(capture.spool_path).iterdir()}
        print("user", os.getuid(), "reads files of", *owners)
    opener.close()
    print("left" if any(map(os.path.exists, folders)) else "removed", capture.fault, capture.counts.captured)
"""


def test_started_through_sudo_and_root_no_more(user: pwd.struct_passwd) -> None:
    with folder_for_all() as folder:
        helper = folder / "helper.py"
        helper.write_text(
            f"import runpy, sys\nsys.path[:0] = {LIBRARIES!r}\nrunpy.run_path({str(HELPER)!r}, run_name='__main__')\n"
        )
        done = subprocess.run(
            [python_of(user), "-P", "-c", DROPPING_PROGRAM, str(helper)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env={
                **environment(os.environ["PATH"]),
                "SUDO_UID": str(user.pw_uid),
                "SUDO_GID": str(user.pw_gid),
                "SUDO_USER": user.pw_name,
            },
            timeout=PATIENCE,
            check=False,
        )
    reads = f"user {user.pw_uid} reads files of {user.pw_uid}\n"
    assert done.stdout.decode() == f"{reads}{reads}removed None 1\n", "two captures in turn, by one capture process"
