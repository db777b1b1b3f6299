"""The project as it lies there: what is in it, what its texts promise, and what its captures show."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.program import CAPTURES, PROJECT, objects, succeed

TOP_LEVEL = {"pyproject.toml", "tui", "tests", "captures", "screenshots", "LICENSE", "README.md"}

MOST_LINES = 400
"""Lines of a source file beyond which it holds more than one idea."""

BUNDLED = sorted(CAPTURES.glob("*.pcap*"))


def tracked() -> list[Path]:
    """What git keeps, relative to the project."""
    if shutil.which("git") is None or not (PROJECT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    return [Path(name) for name in names.decode().split("\0") if name]


def text_of(name: str) -> str:
    """A text of the project."""
    return (PROJECT / name).read_text(encoding="utf-8")


def test_the_top_level_holds_only_what_belongs_there() -> None:
    found = {path.parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


def test_no_source_file_is_too_long() -> None:
    sources = [*(PROJECT / "tui").rglob("*.py"), *(PROJECT / "tests").rglob("*.py")]
    assert sources
    lengths = {str(path.relative_to(PROJECT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES} == {}


def test_files_that_the_readme_names_exist() -> None:
    text = text_of("README.md")
    named = set(re.findall(r"\b(?:captures|screenshots)/[\w.-]+\w", text))
    modules = [PROJECT / module.replace(".", "/") for module in re.findall(r"python -m (tests[\w.]+)", text)]
    named |= {f"{path.relative_to(PROJECT)}{'/__main__.py' if path.is_dir() else '.py'}" for path in modules}
    named |= set(re.findall(r"\]\(([^)#:]+)\)", text))
    assert {"captures/curl-http.pcap", "tests/bench/speed.py", "LICENSE"} <= named
    assert {path for path in named if not (PROJECT / path).exists()} == set()


def quoted_runs() -> list[tuple[str, str]]:
    """The commands that the README shows together with what they print."""
    blocks = re.findall(r"^    \$ (.+)\n((?:    .*\n)+)", text_of("README.md"), re.MULTILINE)
    return [(command, printed) for command, printed in blocks]


@pytest.mark.parametrize(("command", "printed"), quoted_runs(), ids=lambda text: text.split("\n")[0][:60])
def test_the_readme_shows_what_is_printed(command: str, printed: str) -> None:
    """Word by word: lines are folded where they are long."""
    for program in re.findall(r"(?:^|\| )(\w+)", command):
        if program != "tcptui" and shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    output = subprocess.run(["bash", "-c", command], cwd=PROJECT, env=environment, capture_output=True, check=True)
    assert output.stdout.decode().split() == printed.split()


def test_the_readme_shows_a_story_and_an_explanation() -> None:
    commands = " ".join(command for command, _ in quoted_runs())
    assert [word for word in ("--summary", ".story", ".explanation") if word not in commands] == []


def test_every_capture_is_described() -> None:
    described = set(re.findall(r"^## `?([\w.-]+\.pcap(?:ng)?)`?$", text_of("captures/README.md"), re.MULTILINE))
    assert described == {path.name for path in BUNDLED}
    assert described


@pytest.mark.parametrize("capture", BUNDLED, ids=lambda capture: capture.name)
def test_a_capture_shows_the_connections_that_its_description_quotes(capture: Path) -> None:
    _, _, section = text_of("captures/README.md").partition(f"{capture.name}")
    section = section.partition("\n## ")[0]
    connections = objects(succeed("-r", capture, "--json", "connections"))
    assert connections
    for connection in connections:
        assert connection["summary"] in " ".join(line.removeprefix(">").strip() for line in section.splitlines())


def test_a_capture_names_nothing_of_the_machine_it_was_recorded_on() -> None:
    for capture in BUNDLED:
        content = capture.read_bytes()
        for private in (b"/home/", b"/root", b"/Users/", b"/tmp", b"root@"):
            assert private not in content
