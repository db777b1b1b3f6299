"""Users of this machine who are not root."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from tests.live.ssh_server import wait_until
from tests.program import PROJECT

_numbers = count()


@contextmanager
def temporary_user(*options: str) -> Iterator[str]:
    """A new user with the home folder `/`, made with further options of useradd; their processes have to end first."""
    name = f"tcptui-{os.getpid()}-{next(_numbers)}"
    added = subprocess.run(
        ["useradd", "--password", "*", "--shell", "/bin/bash", "--no-create-home", "--home-dir", "/", *options, name],
        capture_output=True,
        check=False,
    )
    if added.returncode:
        pytest.skip(f"useradd adds no user: {added.stderr.decode().strip()}")
    remove = ["userdel", name]
    try:
        yield name
    finally:
        # The processes of a login end a moment after it.
        wait_until(lambda: subprocess.run(remove, capture_output=True, check=False).returncode == 0, "the user is gone")


def python_of(user: str) -> str:
    """A Python that a user may run, with this checkout; it may lack all libraries."""
    for python in (sys.executable, shutil.which("python3", path="/usr/local/bin:/usr/bin")):
        if python is not None:
            ran = subprocess.run(
                ["sh", "-c", f"cd {PROJECT} && {python} -c 'import tomllib, tui.live.own_ssh'"],
                user=user,
                group=user,
                extra_groups=[],
                capture_output=True,
                check=False,
            )
            if ran.returncode == 0:
                return python
    pytest.skip("other users may run no Python 3.11, or may not read this checkout")
