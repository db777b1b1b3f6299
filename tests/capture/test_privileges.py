"""What the process may do once it is ready: capture, and nothing else that its caller may not."""

import json
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capture.network import Network, datagram, status_of
from tests.capture.process import CaptureProcess, frames_in
from tests.program import PROJECT

NET_RAW = f"{1 << 13:016x}"
NONE = "0" * 16

NOBODY = pwd.getpwnam("nobody")

REGAIN = """
import json, os, socket, subprocess, sys
sys.path.append(sys.argv[1])
from tui.capture.privileges import reduce_privileges
reduce_privileges(os.environ)
attempts = {
    "setuid": lambda: os.setuid(0),
    "setresuid": lambda: os.setresuid(0, 0, 0),
    "setgid": lambda: os.setgid(0),
    "setgroups": lambda: os.setgroups([0]),
    "chown": lambda: os.chown(sys.argv[2], 0, 0),
    "read": lambda: open("/etc/shadow").close(),
    "nice": lambda: os.nice(-1),
    "packets": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
}
works = []
for name, attempt in attempts.items():
    try:
        attempt()
        works.append(name)
    except PermissionError:
        pass
status = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True).stdout
print(json.dumps([works, [line for line in status.splitlines() if line.startswith("CapEff")]]))
"""
"""Gives up privileges, then tries to have them: what has worked, and the capabilities of a program it starts."""


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    """A folder of the user nobody, where that user can get to."""
    made = Path(tempfile.mkdtemp(prefix="tcptui-test-"))
    os.chown(made, NOBODY.pw_uid, NOBODY.pw_gid)
    yield made
    shutil.rmtree(made)


def test_root_keeps_one_capability(network: Network, capture: CaptureProcess, folder: Path) -> None:
    status = status_of(capture.process.pid)
    assert {status[key] for key in ("CapPrm", "CapEff")} == {NET_RAW}
    assert {status[key] for key in ("CapInh", "CapAmb", "CapBnd")} == {NONE}
    assert status["NoNewPrivs"] == "1"
    assert status["Uid"] == "0 0 0 0"
    capture.started(folder, "wire")
    network.send("wire", datagram(1))
    capture.wait_captured(1)


def test_it_becomes_the_user_who_called_sudo(network: Network, folder_of_nobody: Path) -> None:
    environment = {"SUDO_UID": str(NOBODY.pw_uid), "SUDO_GID": str(NOBODY.pw_gid)}
    with CaptureProcess(network.prefix, environment) as capture:
        status = status_of(capture.process.pid)
        assert {status[key] for key in ("CapPrm", "CapEff")} == {NET_RAW}
        assert {status[key] for key in ("CapInh", "CapAmb", "CapBnd")} == {NONE}
        assert status["NoNewPrivs"] == "1"
        assert set(status["Uid"].split()) == {str(NOBODY.pw_uid)}
        assert set(status["Gid"].split()) == {str(NOBODY.pw_gid)}
        assert set(status["Groups"].split()) == set(map(str, os.getgrouplist(NOBODY.pw_name, NOBODY.pw_gid)))
        capture.started(folder_of_nobody, "wire")
        network.send("wire", datagram(1))
        capture.wait_captured(1)
        capture.stop()
    assert frames_in(folder_of_nobody) == [datagram(1)]
    assert [path.stat().st_uid for path in folder_of_nobody.iterdir()] == [NOBODY.pw_uid]


def test_a_folder_of_somebody_else_is_refused(network: Network, folder_of_nobody: Path) -> None:
    with CaptureProcess(network.prefix, {"SUDO_UID": "65533", "SUDO_GID": "65533"}) as capture:
        capture.start(folder_of_nobody, "wire")
        failed = capture.wait("failed")
    assert failed["kind"] == "disk"
    assert "Permission denied" in failed["reason"]


@pytest.mark.parametrize("user", [NOBODY.pw_uid, 65533], ids=["a user with an entry", "a number alone"])
def test_root_cannot_be_regained(network: Network, tmp_path: Path, user: int) -> None:
    environment = os.environ | {"SUDO_UID": str(user), "SUDO_GID": str(user)}
    works, capabilities = regain(environment, tmp_path)
    assert works == ["packets"]
    assert capabilities == [f"CapEff:\t{NONE}"]


@pytest.mark.parametrize("caller", [{}, {"SUDO_UID": "0", "SUDO_GID": "0"}, {"SUDO_UID": "x", "SUDO_GID": "1"}])
def test_root_without_a_caller_loses_what_root_may_do(network: Network, tmp_path: Path, caller: dict[str, str]) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SUDO_")}
    works, capabilities = regain(environment | caller, tmp_path)
    assert not {"setgroups", "nice"} & set(works)
    assert "packets" in works
    assert capabilities == [f"CapEff:\t{NONE}"]


def regain(environment: dict[str, str], folder: Path) -> tuple[list[str], list[str]]:
    """What REGAIN prints."""
    command = [sys.executable, "-I", "-B", "-c", REGAIN, str(PROJECT), str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    works, capabilities = json.loads(done.stdout)
    return works, capabilities


@pytest.mark.parametrize("granted", [True, False], ids=["with CAP_NET_RAW", "without"])
def test_a_user_captures_if_that_was_granted(network: Network, folder_of_nobody: Path, granted: bool) -> None:
    if shutil.which("setpriv") is None:
        pytest.skip("setpriv(1) is not installed")
    which = "+net_raw,+sys_admin" if granted else "-all"
    setpriv = ["setpriv", f"--reuid={NOBODY.pw_uid}", f"--regid={NOBODY.pw_gid}", "--clear-groups"]
    prefix = [*network.prefix, *setpriv, f"--inh-caps={which}", f"--ambient-caps={which}"]
    with CaptureProcess(prefix) as capture:
        status = status_of(capture.process.pid)
        assert {status[key] for key in ("CapPrm", "CapEff")} == {NET_RAW if granted else NONE}
        assert status["CapAmb"] == NONE
        assert status["NoNewPrivs"] == "1"
        capture.start(folder_of_nobody, "wire")
        if granted:
            capture.wait("started")
        else:
            failed = capture.wait("failed")
            assert (failed["kind"], "not permitted" in failed["reason"]) == ("permission", True)


def test_nothing_is_left_beside_the_program(network: Network, tmp_path: Path) -> None:
    """A root who runs a user's program does not leave compiled files there that the user can't remove."""
    copy = tmp_path / "tui"
    shutil.copytree(PROJECT / "tui", copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-I", str(copy / "capture" / "helper.py")]
    done = subprocess.run(command, input=b"", env={}, capture_output=True, check=True)
    assert done.stdout == b'{"event": "ready"}\n'
    assert not list(tmp_path.rglob("__pycache__"))
