"""What a run imports: nothing that it does not need."""

import subprocess
import sys

import pytest

from tests.program import PATIENCE, REDIS

REPORTER = """
import sys
from tui.cli import main
try:
    main()
except SystemExit:
    pass
print(*sys.modules, file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    """The modules that a run has imported by its end."""
    done = subprocess.run(
        [sys.executable, "-c", REPORTER, *arguments], capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.stdout
    return set(done.stderr.decode().split())


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_version_and_help_need_no_library(option: str) -> None:
    modules = imported(option)
    assert "tui" in modules
    assert not modules & {"textual", "rich", "scapy", "numpy", "orjson", "pcapy"}


@pytest.mark.parametrize("report", [["--json", "packets", "--explain"], ["--json", "connections"]])
def test_json_needs_neither_screen_nor_table(report: list[str]) -> None:
    modules = imported("-r", REDIS, *report, "tcp")
    assert "orjson" in modules
    assert not modules & {"textual", "rich", "scapy", "pcapy"}


def test_the_table_needs_no_screen() -> None:
    modules = imported("-r", REDIS, "--summary", "tcp")
    assert "rich" in modules
    assert not modules & {"textual", "scapy", "pcapy"}


def test_a_report_of_a_file_needs_neither_filters_nor_live_capture() -> None:
    assert not imported("-r", REDIS, "--json", "connections") & {
        "tui.query.capture_filter",
        "tui.query.display",
        "tui.live.capture",
        "tui.views.explaining",
        "tui.views.filtering",
        "tui.views.streams",
        "numpy.ma",  # which some of numpy's functions on sets load, for 11 ms
        "secrets",
    }
