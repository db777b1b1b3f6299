"""How a run ends before its end: a reader that goes away, a signal, a damaged file."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.bench.generate import generate
from tests.bench.layout import Settings
from tests.program import COMMAND, CURL, PATIENCE, REDIS, complaint, joined, objects, run

CLOSED_PIPE = 141


@pytest.fixture(scope="module")
def long_capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A capture whose reports, and copies, do not fit into a pipe."""
    path = tmp_path_factory.mktemp("long") / "long.pcap"
    generate(path, Settings(packets=10_000, connections=1_000))
    return path


@pytest.mark.parametrize("report", [["--json", "packets"], ["--json", "connections"], ["--summary"], ["-w", "-"]])
def test_a_reader_that_goes_away(report: list[str], long_capture: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "-r", str(long_capture), *report], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert os.read(process.stdout.fileno(), 1)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == CLOSED_PIPE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_reading_a_pipe_that_never_ends(number: signal.Signals, tmp_path: Path) -> None:
    """The pipe takes more than it can hold only once somebody reads it; then the reading has begun."""
    fifo, copy = tmp_path / "fifo", tmp_path / "copy.pcap"
    os.mkfifo(fifo)
    process = subprocess.Popen([*COMMAND, "-r", str(fifo), "-w", str(copy)], stderr=subprocess.PIPE)
    with fifo.open("wb", buffering=0) as pipe, process:
        pipe.write(joined(*[CURL] * 8000))
        process.send_signal(number)
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 128 + number
    assert [path.name for path in tmp_path.iterdir()] == ["fifo"], "no part of a copy stays"


def test_a_hangup_that_the_caller_ignores_is_ignored(tmp_path: Path) -> None:
    """As under nohup."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    process = subprocess.Popen(
        ["sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *COMMAND, "-r", str(fifo), "--json", "connections"],
        stdout=subprocess.PIPE,
    )
    with process:
        with fifo.open("wb", buffering=0) as pipe:
            pipe.write(joined(*[CURL] * 8000))
            process.send_signal(signal.SIGHUP)
        output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert output


@pytest.mark.parametrize("report", ["packets", "connections"])
def test_a_damaged_file_is_told_up_to_the_damage(report: str, tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    whole = Path(REDIS).read_bytes()
    path.write_bytes(whole[:-10])
    done = run("-r", path, "--json", report)
    assert done.returncode == 1
    last_record = len(whole) - 16 - 66
    assert complaint(done) == (
        f"{path}: cut short in the middle of a packet, at byte {last_record}; all before it was read"
    )
    before = objects(run("-r", REDIS, "-c", "9", "--json", report).stdout)
    assert objects(done.stdout) == before
    assert before
    assert complaint(run("-r", "-", "--json", report, stdin=whole[:-10])).startswith("standard input: cut short")


def test_a_copy_of_a_damaged_file_holds_all_before_the_damage(tmp_path: Path) -> None:
    path, copy = tmp_path / "cut.pcap", tmp_path / "copy.pcap"
    whole = Path(REDIS).read_bytes()
    path.write_bytes(whole[:-10])
    done = run("-r", path, "-w", copy)
    assert done.returncode == 1
    assert "at byte" in complaint(done)
    assert copy.read_bytes() == whole[: len(whole) - 16 - 66]
