"""What Linux grants a process beyond its user, and how the calling thread gives it up: prctl(2), capabilities(7)."""

import ctypes
import os

_PR_CAPBSET_READ = 23
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
"""From include/uapi/linux/prctl.h and capability.h."""


def forbid_new_privileges() -> None:
    """Let no program that is started from now on gain rights, such as by a set-user-ID bit: no_new_privs; OSError."""
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise _error("prctl")


def drop_bounding_set() -> None:
    """Empty the ambient and the bounding set as far as we may: the latter takes CAP_SETPCAP, which root may lack."""
    libc = _libc()
    libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    capability = 0
    while libc.prctl(_PR_CAPBSET_READ, capability, 0, 0, 0) >= 0:  # an error beyond the last one that the kernel knows
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        capability += 1


def clear_capabilities() -> None:
    """Empty the effective, permitted and inheritable sets, which a change of user may leave; OSError."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()
    if _libc().capset(header, sets) != 0:
        raise _error("capset")


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return libc


def _error(call: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{call}: {os.strerror(number)}")
