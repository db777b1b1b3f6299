"""The command line: what it understands, and what it says to what it does not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import CURL, PATIENCE, REDIS, REFUSED, complaint, fail, joined, objects, run, succeed
from tests.ui.terminal import Terminal
from tui.cli.arguments import parse


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-r", ""], "name a capture file"),
        (["prt", "80"], "can't parse filter expression: syntax error; a capture file is opened with tcptui -r FILE"),
        (["-i", "", "port", "80"], "-i names no interface; tcptui -D lists them"),
        (["-r", REDIS, "-i", "lo"], "-r reads a file and -i captures live"),
        (["--demo", "-i", "lo"], "-i and --demo open different things"),
        (["--recover", "-r", REDIS], "-r and --recover open different things"),
        (["--demo"], "--demo needs a terminal to choose on; the captures are "),
        (["-i", "lo", "--max-size", "0"], "'0' is not a size, such as 500M or 2G"),
        (["-i", "lo", "--max-size", "5T"], "'5T' is not a size"),
        (["-c", "0", REDIS], "-c: must be at least 1"),
        (["-c", "-1", REDIS], "-c: "),
        (["-c", "many", REDIS], "'many' is not a whole number"),
        (["--colour", REDIS], "unrecognized arguments: --colour"),
        (["--summ", REDIS], "unrecognized arguments: --summ"),
        (["--json", "segments", REDIS], "invalid choice: 'segments'"),
        (["--json", "packets", "--summary", REDIS], "print different things"),
        (["--explain", REDIS], "--explain goes with --json packets"),
        (["-w", "", REDIS], "-w names no file"),
        (["-Y", "tcp", "-Y", "udp", REDIS], "-Y is given twice; join the two display filters with && in one"),
        (["-w", "copy.pcap", "--summary", REDIS], "-w copies frames without a report"),
    ],
)
def test_a_command_line_that_makes_no_sense(arguments: list[str], words: str) -> None:
    assert words in fail(2, *arguments)


def test_interfaces_are_listed_with_state_and_addresses() -> None:
    lines = succeed("-D").decode().splitlines()
    (loopback,) = [line for line in lines if " lo " in line]
    assert "127.0.0.1" in loopback
    assert "up" in loopback
    assert any(" any " in line for line in lines)


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("500", 500), ("3k", 3 << 10), ("500M", 500 << 20), ("2G", 2 << 30)]
)
def test_a_size_in_bytes(text: str, size: int) -> None:
    assert parse(["-i", "lo", "--max-size", text]).max_size == size


def test_words_that_name_no_file_are_a_filter_for_the_default_interface() -> None:
    options = parse(["port", "80"])
    assert (options.file, options.interfaces, options.filter) == (None, (), "port 80")
    options = parse(["-i", "lo", "-i", "eth0", "-i", "lo", REDIS])
    assert (options.file, options.interfaces, options.filter) == (None, ("lo", "eth0"), REDIS)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert fail(1, tmp_path / "missing.pcap") == f"{tmp_path}/missing.pcap: no such file; check the name"
    assert "no such file" in fail(1, "-r", "missing")


def test_what_is_no_capture(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "notes").write_text("a text that is long enough for any header")
    assert "is a folder" in fail(1, tmp_path)
    assert "is empty" in fail(1, tmp_path / "empty")
    assert "is no capture" in fail(1, tmp_path / "notes")
    assert fail(1, "-r", "-") == "standard input is empty; there is no capture in it"


UNPRIVILEGED = """
import os, shutil, sys  # argparse asks for shutil
import tui.cli, tui.opening, tui.files.source, tui.query.capture_filter, tui.session
if os.geteuid() == 0:
    os.setuid(65534)
sys.exit(tui.cli.main())
"""
"""The program as an ordinary user, who need not be able to read the program itself."""


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.pcap"
    path.touch(mode=0)
    done = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED, path], capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 1
    assert complaint(done) == f"{path}: permission denied; use sudo, or have the file made readable for you"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["tcp", "prt", "80"], "can't parse filter expression: syntax error"),
        (["ether proto \\\x1b[2J"], "unknown ether proto '␛[2J'"),
    ],
)
def test_a_filter_that_does_not_compile_gets_the_words_of_libpcap(words: list[str], answer: str) -> None:
    assert fail(2, "-r", REDIS, *words) == answer


def test_a_filter_file_that_is_not_there(tmp_path: Path) -> None:
    assert "the filter can't be read" in fail(1, REDIS, "-F", tmp_path / "missing")


@pytest.mark.parametrize(
    ("status", "arguments", "shown"),
    [
        (1, ["-r", "\x1b[2J\x9b31m\u202e\n.pcap"], "␛[2J·31m·␊.pcap: no such file"),
        (1, ["-w", "missing/\x1b]0;title\x07", REDIS], "missing/␛]0;title␇ can't be made"),
        (2, ["--\x1b[2J", REDIS], "unrecognized arguments: --␛[2J"),
    ],
)
def test_names_that_would_steer_a_terminal(status: int, arguments: list[str], shown: str) -> None:
    assert fail(status, *arguments).startswith(shown)


@pytest.fixture(scope="module")
def plain() -> bytes:
    """All segments of the Redis capture."""
    return succeed("-r", REDIS, "--json", "packets")


@pytest.mark.parametrize(
    "arguments",
    [
        [REDIS, "--json", "packets"],
        ["--json", "packets", REDIS, "port", "6379"],
        ["-nnr", REDIS, "--json", "packets"],
        ["-nnvvvelqtttUXXASr", REDIS, "--json", "packets", "-s", "0"],
        ["-r", REDIS, "port", "6379", "-c", "10", "and", "--json", "packets", "tcp"],
        ["-r", REDIS, "--json", "packets", "(tcp", "or udp)", "and", "tcp[13] & 2 >= 0"],
        ["-r", REDIS, "--json", "packets", "--", "len", "-1", ">", "0"],
    ],
    ids=lambda arguments: " ".join(arguments).replace(REDIS, "FILE"),
)
def test_ways_of_saying_the_same(arguments: list[str], plain: bytes) -> None:
    assert succeed(*arguments) == plain


def test_standard_input(plain: bytes) -> None:
    capture = Path(REDIS).read_bytes()
    assert succeed("-r", "-", "--json", "packets", stdin=capture) == plain
    assert succeed("-", "--json", "packets", stdin=capture) == plain


def test_a_filter_from_a_file_takes_the_place_of_the_words(tmp_path: Path) -> None:
    path = tmp_path / "filter"
    path.write_text("tcp[tcpflags] & tcp-syn != 0\n")
    found = objects(succeed("-r", REDIS, "-F", path, "--json", "packets", "udp"))
    assert [segment["frame"] for segment in found] == [1, 2]


def test_a_count_is_of_selected_frames() -> None:
    found = objects(succeed("-r", REDIS, "-c", "2", "--json", "packets", "src", "port", "6379"))
    assert [segment["frame"] for segment in found] == [2, 5]
    assert [segment["from"] for segment in found] == ["server", "server"]


def test_a_copy_of_everything_is_the_file_itself(tmp_path: Path) -> None:
    copy = tmp_path / "copy.pcap"
    assert succeed("-r", CURL, "-w", copy) == b""
    assert copy.read_bytes() == Path(CURL).read_bytes()
    assert succeed("-r", CURL, "-w", "-") == copy.read_bytes()


@pytest.mark.skipif(shutil.which("tcpdump") is None, reason="tcpdump is not installed")
def test_a_copy_of_what_a_filter_selects_is_that_of_tcpdump(tmp_path: Path) -> None:
    ours, theirs, whole = tmp_path / "ours.pcap", tmp_path / "theirs.pcap", tmp_path / "whole.pcap"
    whole.write_bytes(joined(CURL, REDIS, REFUSED))
    wanted = ["port 6379 or tcp[tcpflags] & tcp-rst != 0", "and", "greater 60"]
    succeed("-r", whole, "-w", ours, *wanted)
    subprocess.run(["tcpdump", "-r", whole, "-w", theirs, *wanted], check=True, capture_output=True)
    assert ours.read_bytes() == theirs.read_bytes()
    assert theirs.stat().st_size > 24


def test_a_copy_never_replaces_a_file(tmp_path: Path) -> None:
    there = tmp_path / "there.pcap"
    there.write_bytes(b"precious")
    assert fail(1, "-r", CURL, "-w", there) == f"{there} exists; give another name or remove it first"
    assert there.read_bytes() == b"precious"
    assert [path.name for path in tmp_path.iterdir()] == ["there.pcap"]


def test_packets_are_not_written_to_a_terminal() -> None:
    with Terminal("tui", "-r", CURL, "-w", "-") as terminal:
        assert terminal.end() == 2
        assert b"which is a terminal" in terminal.written
        assert b"Hello" not in terminal.written


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("report", [["--json", "packets"], ["--json", "connections"], ["--summary"], ["-w", "-"]])
def test_a_full_disk_is_said_in_a_line(report: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tui", "-r", CURL, *report],
            stdout=full,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"tcptui: ")
    assert done.stderr.endswith(f"can't be written: {os.strerror(28)}\n".encode())
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_outputs_that_are_closed_from_the_start(closed: str) -> None:
    script = f'"$0" -m tui -r "$1" --json connections {closed}'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable, REDIS], capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0
    assert done.stderr == b""
    assert bool(done.stdout) == (closed == "2>&-")


def test_help_shows_examples_and_hides_no_option() -> None:
    text = run("--help").stdout.decode()
    for option in ("-r FILE", "-i IFACE", "-w FILE", "-c COUNT", "-F FILE", "--json", "--explain", "--summary", "-D"):
        assert option in text
    assert "tcptui -r capture.pcap port 6379" in text
