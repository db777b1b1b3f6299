"""Root's rights given up: a process of root's tries everything to have them back."""

import grp
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.live.requirements import needs_root
from tests.live.ssh_server import folder_for_all
from tests.live.users import python_of, temporary_user
from tests.program import PATIENCE, PROJECT

pytestmark = needs_root

SUPPLEMENTARY_GROUP = "users"

DROP = """
import json, os, subprocess, sys, threading
from dataclasses import asdict
from pathlib import Path
from tui.errors import InputError
from tui.live.privileges import calling_user, drop_to_caller

def status(path="/proc/self/status"):
    return dict(line.split(":\\t") for line in Path(path).read_text().splitlines() if ":\\t" in line)

def allowed(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return False
    return True

os.umask(0)
caller = calling_user()
try:
    dropped = drop_to_caller()
except InputError as error:
    print(json.dumps({"error": str(error), "status": status()}))
    sys.exit()
Path(sys.argv[1]).write_text("")
regained = {
    "setuid": allowed(os.setuid, 0),
    "seteuid": allowed(os.seteuid, 0),
    "setresuid": allowed(os.setresuid, -1, 0, -1),
    "setreuid": allowed(os.setreuid, 0, 0),
    "setgid": allowed(os.setgid, 0),
    "setresgid": allowed(os.setresgid, 0, 0, 0),
    "setgroups": allowed(os.setgroups, [0]),
    "chown": allowed(os.chown, sys.argv[1], 0, 0),
    "shadow": allowed(open, "/etc/shadow"),
    "memory of root": allowed(open, "/proc/1/mem", "rb"),
    "kill root": allowed(os.kill, os.getppid(), 0),
}
sudo = subprocess.run(["sudo", "-n", "true"], capture_output=True, text=True) if sys.argv[2] == "sudo" else None
print(json.dumps({
    "caller": caller and asdict(caller),
    "again": calling_user() and asdict(calling_user()),
    "dropped": dropped,
    "status": status(),
    "groups": os.getgroups(),
    "regained": regained,
    "sudo": sudo and [sudo.returncode, sudo.stderr],
    "environment": dict(os.environ),
    "umask": os.umask(0),
}))
"""


@dataclass(frozen=True)
class Caller:
    """A user for whom sudo has started a program."""

    name: str
    python: str

    @property
    def entry(self) -> pwd.struct_passwd:
        return pwd.getpwnam(self.name)

    @property
    def sudo_variables(self) -> dict[str, str]:
        """What sudo tells the program."""
        entry = self.entry
        return {"SUDO_UID": str(entry.pw_uid), "SUDO_GID": str(entry.pw_gid), "SUDO_USER": self.name}


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with temporary_user("--groups", SUPPLEMENTARY_GROUP) as name:
        yield Caller(name, python_of(name))


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_all() as path:
        yield path


def run_as_root(python: str, code: str, *arguments: str, **variables: str) -> Any:
    """What a process of root's prints as JSON, with the environment that sudo gives and some more variables."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/root", "USER": "root", "LOGNAME": "root", **variables}
    done = subprocess.run(
        [python, "-c", code, *arguments],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture
def dropped(caller: Caller, folder: Path) -> dict[str, Any]:
    """What is left of a process that was started through sudo."""
    folders = {"XDG_CONFIG_HOME": "/root/.config", "XDG_RUNTIME_DIR": "/run/user/0"}
    sudo = "sudo" if shutil.which("sudo") else ""
    variables = caller.sudo_variables | folders
    told: dict[str, Any] = run_as_root(caller.python, DROP, str(folder / "file"), sudo, **variables)
    made = (folder / "file").stat()
    return told | {"file": made}


def test_nothing_is_left_of_root(caller: Caller, dropped: dict[str, Any]) -> None:
    uid, gid = caller.entry.pw_uid, caller.entry.pw_gid
    assert dropped["dropped"]
    status = dropped["status"]
    assert status["Uid"].split() == [str(uid)] * 4
    assert status["Gid"].split() == [str(gid)] * 4
    assert status["NoNewPrivs"] == "1"
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[capabilities], 16) == 0, capabilities
    assert set(dropped["groups"]) == {gid, grp.getgrnam(SUPPLEMENTARY_GROUP).gr_gid}


def test_root_is_not_regained(dropped: dict[str, Any]) -> None:
    assert {way for way, allowed in dropped["regained"].items() if allowed} == set()
    if dropped["sudo"] is not None:
        status, words = dropped["sudo"]
        assert status != 0
        assert "no new privileges" in words


def test_files_and_environment_are_the_users(caller: Caller, dropped: dict[str, Any]) -> None:
    entry = caller.entry
    assert (dropped["file"].st_uid, dropped["file"].st_gid) == (entry.pw_uid, entry.pw_gid)
    assert dropped["file"].st_mode & 0o777 == 0o644
    environment = dropped["environment"]
    assert [environment[name] for name in ("HOME", "USER", "LOGNAME")] == [entry.pw_dir, caller.name, caller.name]
    assert "XDG_CONFIG_HOME" not in environment
    assert environment.get("XDG_RUNTIME_DIR", f"/run/user/{entry.pw_uid}") == f"/run/user/{entry.pw_uid}"
    assert dropped["caller"] == {
        "uid": entry.pw_uid,
        "gid": entry.pw_gid,
        "name": caller.name,
        "home": entry.pw_dir,
    }
    assert dropped["again"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"SUDO_UID": "0"},
        {"SUDO_UID": "0", "SUDO_GID": "0", "SUDO_USER": "root"},
        {"SUDO_UID": "-1"},
        {"SUDO_UID": "4294967296"},
        {"SUDO_UID": "12a"},
        {"SUDO_UID": "١"},
        {"SUDO_UID": ""},
        {"SUDO_GID": ""},
        {"SUDO_GID": "x"},
        {"SUDO_USER": ""},
        {"SUDO_USER": "no such user"},
    ],
    ids=str,
)
def test_who_called_has_to_be_certain(caller: Caller, folder: Path, wrong: Mapping[str, str]) -> None:
    variables = {**caller.sudo_variables, **wrong}
    told = run_as_root(caller.python, DROP, str(folder / "file"), "", **variables)
    assert told["caller"] is None
    assert not told["dropped"]
    assert told["status"]["Uid"].split() == ["0"] * 4
    assert told["environment"]["HOME"] == "/root"


def test_a_group_that_can_not_be_had_is_an_error(caller: Caller, folder: Path) -> None:
    variables = caller.sudo_variables | {"SUDO_GID": str(1 << 40)}
    told = run_as_root(caller.python, DROP, str(folder / "file"), "", **variables)
    assert told["error"].startswith("root's rights can't be given up (")
    assert told["error"].endswith("start tcptui without sudo, it asks by itself")


LOCKED_DOWN = "import ctypes; assert ctypes.CDLL(None).prctl(28, {bits}, 0, 0, 0) == 0\n"
"""Sets the securebits, see capabilities(7)."""


@pytest.mark.parametrize("bits", [1 << 4, 1 << 2, 1 << 0], ids=["keep caps", "no setuid fixup", "no root"])
def test_securebits_keep_no_capability(caller: Caller, folder: Path, bits: int) -> None:
    code = LOCKED_DOWN.format(bits=bits) + DROP
    told = run_as_root(caller.python, code, str(folder / "file"), "", **caller.sudo_variables)
    assert told["dropped"]
    for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(told["status"][capabilities], 16) == 0, capabilities


def test_a_thread_that_keeps_capabilities_is_an_error(caller: Caller, folder: Path) -> None:
    thread = """
import ctypes, threading
started, over = threading.Event(), threading.Event()
def keep():
    assert ctypes.CDLL(None).prctl(28, 1 << 2, 0, 0, 0) == 0
    started.set()
    over.wait()
threading.Thread(target=keep, daemon=True).start()
started.wait()
"""
    told = run_as_root(caller.python, thread + DROP, str(folder / "file"), "", **caller.sudo_variables)
    assert "a thread keeps Cap" in told["error"]


def test_a_plain_user_has_nothing_to_drop(caller: Caller, folder: Path) -> None:
    code = f"import os; os.setgid({caller.entry.pw_gid}); os.setuid({caller.entry.pw_uid})\n" + DROP
    told = run_as_root(caller.python, code, str(folder / "file"), "", **caller.sudo_variables)
    assert told["caller"] is None
    assert not told["dropped"]


def test_an_installation_that_only_root_may_read_is_an_error(caller: Caller, tmp_path: Path) -> None:
    # Folders of pytest are root's alone.
    for name in ("__init__.py", "errors.py", "live/__init__.py", "live/privileges.py", "live/capabilities.py"):
        (tmp_path / "tui" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / "tui" / name, tmp_path / "tui" / name)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + DROP
    told = run_as_root(caller.python, code, "", "", **caller.sudo_variables)
    assert told["error"].startswith(f"{caller.name} may not read {tmp_path}/tui/live/privileges.py")


def test_looking_for_the_caller_needs_no_ctypes() -> None:
    code = "import sys, tui.live.privileges as p; p.drop_to_caller(); print(int('ctypes' in sys.modules))"
    assert run_as_root(sys.executable, code) == 0
