"""The same filters are taken by tshark 4.0 and by this language."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.query.display.shared_filters import ACCEPTED, REFUSED
from tui.query.display import FIELDS, FilterError, parse
from tui.query.display.network_fields import NETWORK_FIELDS
from tui.query.display.tcp_fields import TCP_FIELDS

CAPTURE = Path(__file__).parents[3] / "captures" / "refused.pcap"

SCRIPT = """
local answers = io.open(os.getenv("ANSWERS"), "w")
for filter in io.lines(os.getenv("FILTERS")) do
  answers:write(pcall(Listener.new, "frame", filter) and "1" or "0")
end
answers:close()
"""
"""A listener with a filter that tshark does not take can't be made: one run judges them all."""


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> "Judge":
    if shutil.which("tshark") is None:
        pytest.skip("tshark is not installed")
    folder = tmp_path_factory.mktemp("tshark")
    judge = Judge(folder)
    if judge.accepts(["tcp", "("]) != [True, False]:
        pytest.skip("tshark runs no scripts here")
    return judge


class Judge:
    """Asks tshark which filters it takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "judge.lua").write_text(SCRIPT)

    def accepts(self, filters: list[str]) -> list[bool]:
        """For each filter whether tshark takes it."""
        paths = {"FILTERS": self.folder / "filters", "ANSWERS": self.folder / "answers"}
        paths["FILTERS"].write_text("".join(f"{filter_}\n" for filter_ in filters))
        paths["ANSWERS"].write_text("")
        subprocess.run(
            ["tshark", "-n", "-X", f"lua_script:{self.folder / 'judge.lua'}", "-r", CAPTURE, "-c", "1"],
            env={**os.environ, **{name: str(path) for name, path in paths.items()}},
            capture_output=True,
            timeout=60,
            check=False,
        )
        return [answer == "1" for answer in paths["ANSWERS"].read_text()]


def accepted(text: str) -> bool:
    try:
        parse(text)
    except FilterError:
        return False
    return True


def test_what_tshark_takes_is_taken() -> None:
    assert [text for text in ACCEPTED if not accepted(text)] == []


def test_what_tshark_refuses_is_refused() -> None:
    assert [text for text in REFUSED if accepted(text)] == []


def test_tshark_judges_these_filters_so(judge: Judge) -> None:
    verdicts = dict(zip((*ACCEPTED, *REFUSED), judge.accepts([*ACCEPTED, *REFUSED]), strict=True))
    assert [text for text in ACCEPTED if not verdicts[text]] == []
    assert [text for text in REFUSED if verdicts[text]] == []


def test_tshark_knows_every_field_of_the_wire(judge: Judge) -> None:
    names = [field.name for field in (*NETWORK_FIELDS, *TCP_FIELDS)]
    assert [name for name, known in zip(names, judge.accepts(names), strict=True) if not known] == []


def test_tshark_knows_none_of_our_own_fields(judge: Judge) -> None:
    names = [name for name in FIELDS if name.startswith(("conn", "packet"))]
    assert not any(judge.accepts(names))


TOO_LARGE = {"ip.ttl": 8, "tcp.port": 16, "ipv6.flow": 24, "tcp.seq": 32, "tcp.window_size_scalefactor": 31}


def test_numbers_are_bounded_as_in_tshark(judge: Judge) -> None:
    fitting = [f"{name} == {(1 << bits) - 1}" for name, bits in TOO_LARGE.items()]
    large = [f"{name} == {1 << bits}" for name, bits in TOO_LARGE.items()]
    assert all(judge.accepts(fitting))
    assert all(map(accepted, fitting))
    assert not any(judge.accepts(large))
    assert not any(map(accepted, large))
