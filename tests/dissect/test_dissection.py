"""The client of the dissector: in the background, one question at a time, whatever the process does."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.dissect.test_process import HTTP, frames
from tui import dissection
from tui.dissection import COMMAND, Dissection, Dissector

PATIENCE = 20.0
"""Seconds after which what is waited for is not going to come."""

ANSWER = """
import json, sys
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    %s
    node = {"key": "k", "name": "n\\x1b[2J", "value": "v\\u202e", "bits": "", "start": 0, "end": 1, "children": []}
    print(json.dumps({"id": request["id"], "layers": [node]}), flush=True)
"""


class Asker:
    """Asks a dissector, and waits for what it says."""

    def __init__(self, dissector: Dissector) -> None:
        self.dissector = dissector
        self.answers: queue.Queue[Dissection] = queue.Queue()

    def __call__(self, key: int, data: bytes = b"abc") -> Dissection:
        self.dissector.ask(key, 1, data, self.answers.put)
        return self.answers.get(timeout=PATIENCE)


@pytest.fixture
def asker() -> Iterator[Callable[..., Asker]]:
    made: list[Dissector] = []

    def make(command: Sequence[str] = COMMAND, answer_seconds: float = PATIENCE) -> Asker:
        made.append(Dissector(command, answer_seconds))
        return Asker(made[-1])

    yield make
    for dissector in made:
        dissector.close()


def program(act: str = "pass") -> list[str]:
    """A dissector that acts in some way before it answers; it knows the `request`."""
    return [sys.executable, "-I", "-c", ANSWER % act]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_real_process_answers(asker: Callable[..., Asker]) -> None:
    answer = asker()(4, frames(HTTP)[3][1])
    assert answer.key == 4
    assert not answer.trouble
    assert [layer.name for layer in answer.layers] == ["Ethernet", "IPv4", "TCP", "Payload"]


def test_text_is_fit_to_be_drawn(asker: Callable[..., Asker]) -> None:
    (node,) = asker(program())(1).layers
    assert (node.name, node.value) == ("n␛[2J", "v·")


def test_a_frame_that_takes_too_long_costs_only_itself(asker: Callable[..., Asker]) -> None:
    ask = asker(program("import time; request['id'] == 1 and time.sleep(60)"), answer_seconds=1.0)
    assert ask(0).layers
    assert ask(1).trouble == dissection.TOO_SLOW
    assert ask(2).layers


def test_a_frame_that_ends_the_process_costs_only_itself(asker: Callable[..., Asker]) -> None:
    ask = asker(program("request['id'] == 1 and sys.exit()"))
    assert ask(1).trouble == dissection.BROKEN
    assert ask(2).layers


def test_an_answer_that_is_none_is_trouble(asker: Callable[..., Asker]) -> None:
    assert asker(program("print('{}', flush=True)"))(1).trouble == dissection.BROKEN


def test_a_process_that_never_starts_is_not_tried_all_the_time(asker: Callable[..., Asker], tmp_path: Path) -> None:
    starts = tmp_path / "starts"
    ask = asker([sys.executable, "-I", "-c", f"open({str(starts)!r}, 'a').write('x')"])
    for key in range(20):
        assert ask(key).trouble == dissection.PAUSING
    assert len(starts.read_text()) <= 3


def test_without_scapy_the_sentence_says_what_to_do(asker: Callable[..., Asker]) -> None:
    ask = asker([sys.executable, "-I", "-c", 'print(\'{"missing": "No module named scapy"}\')'])
    assert ask(1).trouble == ask(2).trouble == dissection.NOT_INSTALLED


def test_the_newest_question_takes_the_place_of_one_that_waits(asker: Callable[..., Asker]) -> None:
    ask = asker(program())
    first_is_told, go_on = threading.Event(), threading.Event()

    def hold(_: Dissection) -> None:
        first_is_told.set()
        go_on.wait(PATIENCE)

    ask.dissector.ask(0, 1, b"", hold)
    assert first_is_told.wait(PATIENCE)
    for key in (1, 2, 3):
        ask.dissector.ask(key, 1, b"", ask.answers.put)
    go_on.set()
    assert ask.answers.get(timeout=PATIENCE).key == 3
    assert ask(4).key == 4
    assert ask.answers.empty()


def test_closing_ends_a_process_that_is_busy(asker: Callable[..., Asker], tmp_path: Path) -> None:
    told = tmp_path / "pid"
    act = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    ask = asker(program(act))
    ask.dissector.ask(1, 1, b"", ask.answers.put)
    until(lambda: told.exists() and told.read_text() != "")
    ask.dissector.close()
    until(lambda: gone(int(told.read_text())))
    assert ask.answers.empty()


PARENT = """
import sys, threading
from tui.dissection import Dissector
dissector = Dissector()
done = threading.Event()
dissector.ask(1, 1, b"", lambda _: done.set())
done.wait()
print(dissector._process.pid, flush=True)
sys.stdin.read()
"""


def test_the_process_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not gone(child)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    until(lambda: gone(child))


def gone(pid: int) -> bool:
    """Whether a process has ended, though its parent may not have asked how."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"
