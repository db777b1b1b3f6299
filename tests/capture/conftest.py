"""What the tests of the capture process share."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.capture.network import Network
from tests.capture.process import CaptureProcess

Starting = Callable[[], CaptureProcess]


@pytest.fixture
def network() -> Iterator[Network]:
    """A network namespace with the interface `wire`."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs to be root on Linux, to make network interfaces")
    missing = [program for program in ("ip", "nsenter", "sysctl") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    made = Network()
    try:
        made.add_pair("wire")
        yield made
    finally:
        made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where segments go."""
    made = tmp_path / "spool"
    made.mkdir()
    return made


@pytest.fixture
def capture(network: Network) -> Iterator[CaptureProcess]:
    """A capture process that is ready in the network."""
    with ExitStack() as stack:
        yield stack.enter_context(CaptureProcess(network.prefix))
