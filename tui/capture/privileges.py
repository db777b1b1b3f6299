"""Giving up all privileges but CAP_NET_RAW, for good (Linux: capabilities(7), prctl(2)).

In this order, as each step needs a privilege that a later one gives up: the bounding set is emptied, the process
becomes the user who called sudo, the capabilities are cut down to CAP_NET_RAW, and none can be gained any more.
"""

import ctypes
import os
import pwd
import sys
from collections.abc import Mapping

CAP_NET_RAW = 13
"""The capability to open packet sockets, and to use them in promiscuous mode."""

CAPABILITY_VERSION = 0x20080522
"""`_LINUX_CAPABILITY_VERSION_3`: two words each."""

PR_SET_KEEPCAPS = 8
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

Words = ctypes.c_uint32 * 6
"""Effective, permitted, inheritable of capabilities 0 to 31, then of 32 to 63."""


def reduce_privileges(environment: Mapping[str, str]) -> None:
    """Keep CAP_NET_RAW, where this process has it, and nothing else; root becomes the user whom SUDO_UID names.

    Raises OSError where that fails: no privileged work may be done then.
    """
    if sys.platform != "linux":
        return
    caller = _sudo_caller(environment) if os.geteuid() == 0 else None
    if os.geteuid() == 0:
        _empty_bounding_set()
    if caller:
        _control(PR_SET_KEEPCAPS, 1)
        _become(*caller)
    _keep_only_net_raw()
    _control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    _control(PR_SET_NO_NEW_PRIVS, 1)
    if caller:
        _check_there_is_no_way_back()


def _sudo_caller(environment: Mapping[str, str]) -> tuple[int, int] | None:
    """User and group of who called sudo; None where nobody did, or root."""
    try:
        user, group = int(environment["SUDO_UID"]), int(environment["SUDO_GID"])
    except (KeyError, ValueError):
        return None
    return (user, group) if user > 0 else None


def _become(user: int, group: int) -> None:
    """Change all user and group numbers, supplementary groups too."""
    try:
        os.initgroups(pwd.getpwuid(user).pw_name, group)
    except KeyError:  # a user without an entry
        os.setgroups([group])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def _check_there_is_no_way_back() -> None:
    try:
        os.setresuid(0, 0, 0)
    except PermissionError:
        return
    raise PermissionError(0, "root could be regained")


def _empty_bounding_set() -> None:
    """What no program that this process might run can ever have."""
    capability = 0
    while _library().prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:  # fails behind the last one that exists
        _control(PR_CAPBSET_DROP, capability)
        capability += 1


def _keep_only_net_raw() -> None:
    library = _library()
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    words = Words()
    _check(library.capget(header, words))
    kept = words[1] & 1 << CAP_NET_RAW
    _check(library.capset(header, Words(kept, kept, 0, 0, 0, 0)))


def _control(option: int, argument: int) -> None:
    _check(_library().prctl(option, argument, 0, 0, 0))


def _check(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    return library
