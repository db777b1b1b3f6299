"""The captures that come along: all are listed and described, and each shows what it promises."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.program import CAPTURES
from tests.recording.promises import PROMISES, broken_promises, reports
from tests.recording.record import record
from tests.recording.recordings import RECORDINGS
from tui import demo
from tui.demo import demo_captures
from tui.errors import InputError

NAMES = sorted(path.name for path in CAPTURES.glob("*.pcap*"))

MOST_BYTES_TOGETHER = 1_000_000

SECTION = re.compile(r"^## ([\w.-]+)$", re.MULTILINE)

TEARDOWN_2, TEARDOWN_3 = "teardown 2/4", "teardown 3/4"

DESCRIBED: dict[str, dict[int, dict[str, object]]] = {
    "curl-http.pcap": {6: {"length": 185}, 8: {"length": 77}, 11: {"roles": [TEARDOWN_2, TEARDOWN_3]}},
    "curl-four-segments.pcap": {
        10: {"from": "client", "flags": "F."},
        11: {"roles": [TEARDOWN_2], "client_state": "FIN-WAIT-2", "server_state": "CLOSE-WAIT"},
        12: {"roles": [TEARDOWN_3]},
    },
    "curl-two-pages.pcap": {
        4: {"from": "client", "roles": ["data"]},
        10: {"from": "client", "roles": ["data"]},
        12: {"from": "client", "roles": ["ack"]},
        13: {"length": 82},
        15: {"roles": ["teardown 1/4"]},
    },
    "redis-ping.pcap": {4: {"length": 5}, 6: {"length": 7}, 9: {"flags": "F.", "ack": 7}},
    "echo-any.pcap": {3: {"flags": "S"}, 11: {"from": "server", "length": 13, "ack": 20}, 13: {"length": 8}},
    "python-client-first.pcap": {4: {"length": 17}, 6: {"length": 28}, 9: {"roles": [TEARDOWN_2, TEARDOWN_3]}},
    "python-server-first.pcap": {
        6: {"from": "server", "roles": ["teardown 1/4"], "server_state": "FIN-WAIT-1"},
        7: {"from": "client", "roles": [TEARDOWN_2, TEARDOWN_3], "server_state": "TIME-WAIT"},
    },
    "half-closed.pcap": {
        6: {"flags": "F."},
        7: {"roles": ["data", TEARDOWN_2], "length": 6, "ack": 32},
        15: {"roles": ["data"], "client_state": "FIN-WAIT-2", "server_state": "CLOSE-WAIT"},
        17: {"roles": [TEARDOWN_3]},
    },
    "simultaneous-close.pcap": {
        8: {"flags": "F.", "seq": 5},
        9: {"ack": 5, "client_state": "CLOSING", "server_state": "CLOSING"},
        11: {"client_state": "TIME-WAIT", "server_state": "TIME-WAIT"},
    },
    "simultaneous-open.pcap": {
        2: {"from": "server", "flags": "S", "ack": None},
        3: {"flags": "S.", "seq": 0, "ack": 1},
        4: {"flags": "S.", "seq": 0, "ack": 1},
        10: {"flags": "F.", "seq": 18},
        11: {"ack": 18, "roles": ["ack"]},
        12: {"ack": 19},
    },
    "refused.pcap": {2: {"flags": "R.", "ack": 1}},
    "unanswered.pcap": {6: {"flags": "S", "notes": ["retransmission", "syn-retry"]}},
    "reset-abort.pcap": {6: {"length": 1448}, 24: {"length": 1448}, 26: {"flags": "R.", "seq": 14481}},
    "reset-unread.pcap": {4: {"length": 1006}, 5: {"ack": 1007}, 6: {"length": 11}, 8: {"flags": "R."}},
    "lossy.pcap": {
        10: {"seq": 4534},
        18: {"seq": 14670},
        23: {"ack": 5982, "sack": [[4534, 5982]]},
        46: {"seq": 40734},
        47: {"ack": 14670, "sack": []},
        48: {"seq": 42182},
        50: {"ack": 14670, "sack": [[16118, 17566]]},
        55: {"ack": 14670, "sack": [[16118, 21910]]},
        56: {"seq": 14670},
        69: {"seq": 56662},
        84: {"seq": 40734},
        85: {"seq": 42182},
        86: {"seq": 68246},
        107: {"ack": 40734, "sack": [[58110, 61006], [43630, 56662]]},
        108: {"seq": 56662},
        125: {"seq": 68246},
        130: {"ack": 68246, "sack": [[56662, 58110], [69694, 89966]]},
    },
    "zero-window.pcap": {
        2: {"window": 2896},
        10: {"from": "server", "window": 0, "ack": 5289},
        11: {"from": "client", "length": 0, "seq": 5288},
        12: {"window": 0},
        14: {"from": "client", "length": 0, "seq": 5288},
        15: {"window": 0},
        16: {"window": 3200},
        20: {"window": 0},
    },
    "keep-alive.pcap": {
        8: {"from": "client", "length": 0, "seq": 5},
        9: {"from": "server", "ack": 6},
        12: {"from": "client", "length": 0, "seq": 5},
        14: {"seq": 6, "length": 5},
    },
    "ipv6-http.pcap": {3: {"frame_length": 86}, 11: {"roles": [TEARDOWN_2, TEARDOWN_3]}},
    "tls.pcap": {4: {"length": 517}, 18: {"length": 24}, 20: {"length": 24}, 21: {"from": "server", "flags": "F."}},
    "ssh.pcap": {4: {"from": "server", "length": 41}, 6: {"from": "client", "length": 25}, 13: {"length": 1248}},
    "ten-connections.pcap": {
        26: {"connection": 2, "roles": ["refused"]},
        49: {"connection": 4, "roles": ["handshake 1/3"]},
        83: {"connection": 6, "flags": "S"},
        84: {"connection": 6, "flags": "S"},
        110: {"connection": 8, "roles": ["reset"]},
    },
    "vlan.pcap": {1: {"frame_length": 78}, 11: {"roles": [TEARDOWN_2, TEARDOWN_3]}},
}
"""What the captures' README says of single frames, as `--json packets` says it; `sack` is that option."""


def test_every_capture_is_listed_described_and_recorded_by_the_script() -> None:
    described = SECTION.findall((CAPTURES / "README.md").read_text(encoding="utf-8"))
    listed = [capture.name for capture in demo_captures()]
    assert described == listed
    assert sorted(listed) == NAMES
    assert sorted(PROMISES) == NAMES
    assert sorted(RECORDINGS) == NAMES


def test_captures_are_listed_with_a_short_title_and_by_group() -> None:
    captures = demo_captures()
    assert all(capture.path.is_file() for capture in captures)
    assert all(0 < cell_len(capture.title) <= 60 for capture in captures)
    groups = [capture.group for capture in captures]
    assert groups == sorted(groups, key=groups.index), "captures of one group stand together"
    assert len({capture.title for capture in captures}) == len(captures)


@pytest.mark.parametrize("name", NAMES)
def test_a_capture_shows_what_it_promises(name: str) -> None:
    assert broken_promises(CAPTURES / name, PROMISES[name]) == []


def test_a_promise_that_is_not_kept_is_told() -> None:
    told = " ".join(broken_promises(CAPTURES / "curl-http.pcap", PROMISES["unanswered.pcap"]))
    assert re.search("verdict='closed'.*, not .*verdict='no-answer'", told)
    assert "several syns" in told


def test_the_captures_are_small() -> None:
    assert sum((CAPTURES / name).stat().st_size for name in NAMES) <= MOST_BYTES_TOGETHER


@pytest.mark.parametrize("name", NAMES)
def test_frames_are_what_the_description_says(name: str) -> None:
    segments = {segment["frame"]: segment | segment["options"] for segment in reports(CAPTURES / name)[1]}
    described = DESCRIBED[name]
    assert {frame: {key: segments[frame][key] for key in facts} for frame, facts in described.items()} == described


def test_an_installed_program_has_its_captures_in_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tui" / "captures"
    folder.mkdir(parents=True)
    (folder / "index.toml").write_text('[[capture]]\nname = "one.pcap"\ngroup = "All"\ntitle = "One"\n')
    monkeypatch.setattr(demo, "_FOLDERS", (folder, CAPTURES))
    assert demo_captures() == [demo.Demo("one.pcap", "One", "All", folder / "one.pcap")]


def test_an_installation_without_captures_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_FOLDERS", (tmp_path,))
    with pytest.raises(InputError, match="no captures of its own; open a file with tcptui -r"):
        demo_captures()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="network namespaces need Linux, and root")
def test_a_capture_is_recorded_anew(tmp_path: Path) -> None:
    """One with all that a recording can have: two hosts, a relay with rules, and a program on both sides."""
    missing = [tool for tool in ("tcpdump", "ip", "ethtool") if shutil.which(tool) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed")
    if subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this root may not make network namespaces")
    path = record("simultaneous-close.pcap", tmp_path)
    assert broken_promises(path, PROMISES[path.name]) == []
    assert not list(Path("/run/netns").glob(f"tcptui-*-{os.getpid()}"))
