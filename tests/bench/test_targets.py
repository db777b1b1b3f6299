"""What the table of speed says of figures that are known."""

import subprocess
import sys

import pytest

from tests.bench.captures import Capture
from tests.bench.measuring import Run, measure, private_bytes, scaled
from tests.bench.speed import chosen
from tests.bench.table import lines
from tests.bench.targets import TARGETS, Results, Target

CAPTURES = {
    "ordinary": Capture(1000, 25),
    "one-syn": Capture(1000, 1000),
    "identical-syns": Capture(500, 1),
    "empty": Capture(0, 0),
}


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory and cores are read as Linux tells them")

TOO_MUCH = ["at", "most", "300:", "missed"]


def target(name: str, tool: str) -> Target:
    """One of TARGETS."""
    return next(one for one in TARGETS if (one.name, one.tool) == (name, tool))


def results(**of_tcptui: Run) -> Results:
    """Runs of tcptui by capture, and one of tshark that takes ten seconds."""
    runs = {(name.replace("_", "-"), "tcptui"): run for name, run in of_tcptui.items()}
    return Results(CAPTURES, {**runs, ("ordinary", "tshark"): Run(10, 10, 0)})


@pytest.mark.parametrize(("seconds", "verdict"), [(1.25, "at least 8: met"), (1.26, "at least 8: missed")])
def test_how_many_times_as_fast(seconds: float, verdict: str) -> None:
    shown = lines(results(ordinary=Run(seconds, 1, 0)), (target("ordinary", "tcptui"),))
    assert shown[1].startswith("ordinary")
    assert shown[1].endswith(verdict)
    assert "x as fast as tshark" in shown[1]


def test_memory_is_told_apart_by_two_captures() -> None:
    """150 bytes a packet and 400 a connection, over the 5,000 of the program itself."""
    of = results(
        ordinary=Run(1, 1, 5000 + 150_000 + 25 * 400),
        one_syn=Run(1, 1, 5000 + 150_000 + 1000 * 400),
        empty=Run(1, 1, 5000),
    )
    packet, connection = target("memory", "a packet"), target("memory", "a connection")
    assert packet.figure(of) == pytest.approx(150)
    assert connection.figure(of) == pytest.approx(400)
    assert packet.reached(of)
    assert not connection.reached(of)
    assert lines(of, (packet, connection))[-1].split() == ["memory", "a", "connection", "400", "bytes", *TOO_MUCH]


@pytest.mark.parametrize(("seconds", "reached"), [(5.0, True), (5.1, False)])
def test_cost_is_of_a_packet(seconds: float, reached: bool) -> None:
    """The hostile capture here has half as many packets as the ordinary one."""
    of = results(ordinary=Run(1, 2, 0), identical_syns=Run(1, seconds, 0))
    assert target("identical-syns", "tcptui").reached(of) is reached


def test_everything_that_a_target_needs_is_measured() -> None:
    for one in TARGETS:
        places, targets = chosen([one.name])
        assert one in targets
        assert set(one.places) <= set(places)
    places, targets = chosen([])
    assert targets == TARGETS
    assert len(places) == len(set(places))


def test_a_part_is_scaled_without_its_start() -> None:
    whole = scaled(Run(1, 0.5, 7), Run(3, 2.5, 9), 10)
    assert (whole.wall, whole.cpu, whole.peak_private) == (21, 20.5, 9)


@LINUX
def test_memory_of_children_is_counted() -> None:
    """Twenty million bytes in a process and twenty in its child; what the child shares is counted once."""
    script = (
        "import os, sys\n"
        "held = bytearray(b'x') * 20_000_000\n"
        "child = os.fork()\n"
        "more = bytearray(b'y') * 20_000_000 if child == 0 else None\n"
        "child or os.write(1, b'.')\n"
        "sys.stdin.read()\n"
        "child and os.wait()\n"
    )
    command = [sys.executable, "-S", "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read(1) == b"."
        assert 40_000_000 < private_bytes(process.pid) < 55_000_000


@LINUX
def test_one_core_is_one_core() -> None:
    measure([sys.executable, "-S", "-c", "import os; assert len(os.sched_getaffinity(0)) == 1"], one_core=True)
