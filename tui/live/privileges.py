"""Root's rights, given up for good in favour of the user who called us through sudo (Linux).

To be called before threads are started: the kernel keeps capabilities and no_new_privs for each thread, and only the
change of user and group reaches all of them.
"""

import os
import pwd
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui.errors import InputError

ROOTS_OWN_FOLDERS = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
"""Variables that, where sudo left them, may name folders of root; without them, all follow from HOME."""

UNWRITABLE_BY_OTHERS = 0o022
"""What the umask holds at least."""


class PrivilegesKeptError(InputError):
    """Root's rights could not be given up."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"root's rights can't be given up ({reason}): start tcptui without sudo, it asks by itself")


@dataclass(frozen=True, slots=True)
class CallingUser:
    """The user who started this root process through sudo."""

    uid: int
    gid: int
    name: str
    home: str
    """The home folder of the passwd entry."""


def calling_user() -> CallingUser | None:
    """Who called us through sudo; None where we are not root, or root did so itself, or sudo did not start us."""
    if os.geteuid() != 0:
        return None
    uid, gid = os.environ.get("SUDO_UID", ""), os.environ.get("SUDO_GID", "")
    if not (uid.isascii() and uid.isdecimal() and gid.isascii() and gid.isdecimal()):
        return None
    try:
        entry = pwd.getpwnam(os.environ.get("SUDO_USER", ""))
    except (KeyError, ValueError):
        return None
    if entry.pw_uid != int(uid) or entry.pw_uid == 0:
        return None
    return CallingUser(entry.pw_uid, int(gid), entry.pw_name, entry.pw_dir)


def drop_to_caller() -> bool:
    """Become the user who called us through sudo, for good; False where there is none, and nothing has changed.

    Afterwards no thread has a capability or another user's id, no program that we start can gain rights (no_new_privs),
    and HOME, USER and the XDG folders are the user's. Raises PrivilegesKeptError where any of that can't be had, and
    InputError where the user can't go on, as Python or tcptui is installed where only root may read it.
    """
    user = calling_user() if sys.platform == "linux" else None
    if user is None:
        return False
    from tui.live import capabilities  # noqa: PLC0415 - few runs are root's

    try:
        capabilities.forbid_new_privileges()
        capabilities.drop_bounding_set()
        os.initgroups(user.name, user.gid)
        os.setresgid(user.gid, user.gid, user.gid)
        os.setresuid(user.uid, user.uid, user.uid)
        capabilities.clear_capabilities()
    except (OSError, OverflowError) as error:
        raise PrivilegesKeptError(str(error)) from error
    _verify(user)
    _require_installation(user)
    _live_as(user)
    return True


def _verify(user: CallingUser) -> None:
    """Raise where anything is left of root, whatever the calls before have answered."""
    for thread in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            _verify_thread(thread / "status", user)
    for regain in (os.setuid, os.seteuid, os.setgid, os.setegid):
        if user.gid == 0 and regain in (os.setgid, os.setegid):
            continue
        with suppress(PermissionError):
            regain(0)
            raise PrivilegesKeptError(f"{regain.__name__}(0) is still allowed")


def _verify_thread(status: Path, user: CallingUser) -> None:
    """Raise where a thread has another id than the user's, or a capability that it may use."""
    ids = {"Uid:": [user.uid] * 4, "Gid:": [user.gid] * 4}
    for line in status.read_text().splitlines():
        label, *values = line.split()
        if label in ids and [int(value) for value in values] != ids[label]:
            raise PrivilegesKeptError(f"a thread keeps {label} {' '.join(values)}")
        if label in ("CapPrm:", "CapEff:", "CapAmb:") and int(values[0], 16) != 0:
            raise PrivilegesKeptError(f"a thread keeps {label} {values[0]}")


def _require_installation(user: CallingUser) -> None:
    """Raise where no further module and no helper process could be loaded: Python, its library, or tcptui."""
    for path in (sys.executable, os.__file__, __file__):
        if not os.access(path, os.R_OK):
            raise InputError(
                f"{user.name} may not read {path}, which tcptui needs: "
                "install Python and tcptui where all users may read them, such as in /opt"
            )


def _live_as(user: CallingUser) -> None:
    """Make the environment and the umask those of the user."""
    for name in ROOTS_OWN_FOLDERS:
        os.environ.pop(name, None)
    os.environ |= {"HOME": user.home, "USER": user.name, "LOGNAME": user.name}
    runtime_folder = Path(f"/run/user/{user.uid}")
    if runtime_folder.is_dir() and runtime_folder.stat().st_uid == user.uid:
        os.environ["XDG_RUNTIME_DIR"] = str(runtime_folder)
    else:
        os.environ.pop("XDG_RUNTIME_DIR", None)
    os.umask(os.umask(UNWRITABLE_BY_OTHERS) | UNWRITABLE_BY_OTHERS)
