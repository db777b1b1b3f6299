"""Filters compiled in another process, whatever becomes of it."""

import sys
import time
from pathlib import Path

import pytest

from tui.errors import UsageError
from tui.query.compiler import FilterCompiler, compile_filter


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("tcp prt 80", "can't parse filter expression: syntax error"),
        ("ip proto \\nonsense", "unknown ip proto 'nonsense'"),
        ("len / 0 = 1", "division by zero"),
        ("tcp\0udp", "can't parse filter expression: it holds a character that is not text"),
        ("tcp \udc80", "can't parse filter expression: it holds a character that is not text"),
    ],
)
def test_refusal_has_the_words_of_libpcap(expression: str, words: str) -> None:
    with pytest.raises(UsageError) as refusal:
        compile_filter(expression, 1, 262144)
    assert str(refusal.value) == words


@pytest.mark.parametrize("link_type", [1, 127])
def test_what_only_a_live_capture_knows_is_refused(link_type: int) -> None:
    with pytest.raises(UsageError, match="only a live capture"):
        compile_filter("inbound", link_type, 262144)


def test_link_type_is_the_number_of_files() -> None:
    """LINKTYPE_RAW is 101, and libpcap's own number for it is another."""
    assert compile_filter("ip", 101, 262144).instructions[0].k == 0


def test_helper_is_started_once() -> None:
    compiler = FilterCompiler()
    try:
        compiler.compile("tcp", 1, 262144)
        process = compiler._process
        assert process is not None
        with pytest.raises(UsageError):
            compiler.compile("nonsense and", 1, 262144)
        compiler.compile("udp", 113, 65535)
        assert compiler._process is process
    finally:
        compiler.close()
    assert process.returncode is not None


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        "import os; input(); os.abort()",
        "raise SystemExit(1)",
        "input(); print('{\"instructions\": [[6, 0]]}')",
        "input(); print('{\"instr', end='')",
    ],
    ids=["hangs", "crashes", "does not start", "no program", "cut short"],
)
def test_helper_that_fails_is_a_filter_that_could_not_be_compiled(code: str) -> None:
    compiler = FilterCompiler([sys.executable, "-c", code], timeout=0.5)
    started = time.monotonic()
    try:
        with pytest.raises(UsageError, match="could not be compiled for link type 147"):
            compiler.compile("tcp", 147, 262144)
    finally:
        compiler.close()
    assert time.monotonic() - started < 5


def test_next_filter_gets_a_new_helper() -> None:
    compiler = FilterCompiler()
    try:
        compiler.compile("tcp", 1, 262144)
        first = compiler._process
        assert first is not None
        first.kill()
        first.wait()
        with pytest.raises(UsageError, match="could not be compiled"):
            compiler.compile("tcp", 1, 262144)
        assert compiler.compile("tcp", 1, 262144).instructions
    finally:
        compiler.close()


def test_working_directory_does_not_decide_what_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of the user's beside the captures must not run in the helper."""
    monkeypatch.chdir(tmp_path)
    for module in ("json", "pcapy"):
        (tmp_path / f"{module}.py").write_text("raise SystemExit(1)")
    compiler = FilterCompiler()
    try:
        assert compiler.compile("tcp", 1, 262144).instructions
    finally:
        compiler.close()
