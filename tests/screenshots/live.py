"""Live captures whose frames are known beforehand, so that every drawing of them is the same."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.files.build import Frame, enhanced, interface, section
from tui.live import capture as live
from tui.live.capture import LiveCapture
from tui.live.interfaces import InterfaceInfo
from tui.live.own_ssh import OwnConnection
from tui.live.request import LiveRequest
from tui.live.spool_folder import Meta, SpoolFolder
from tui.ui.bars.sparkline import SECONDS, Sparkline

SEGMENT = "000001.pcapng"

SSH = OwnConnection(
    *("192.0.2.7", 51522, "192.0.2.1", 22),
    filter="host 192.0.2.7 and port 51522",
    words="192.0.2.7:51522 → 192.0.2.1:22",
)
"""The connection that the pictures are drawn over."""

INTERFACES = [
    InterfaceInfo("ens33", 2, ("192.0.2.1", "2001:db8::1"), "00:0c:29:3e:5a:10", True, True, 1000, 1500, False, True),
    InterfaceInfo("docker0", 3, ("172.17.0.1",), "02:42:9e:4b:27:61", True, False, 0, 1500, False, False),
    InterfaceInfo("lo", 1, ("127.0.0.1", "::1"), "", True, True, 0, 65536, True, False),
]
"""What the machine has."""

SECONDS_BEFORE_LAST = 3
"""How long ago the frames came."""


@contextmanager
def live_capture(name: str, expression: str, frames: list[Frame], over_ssh: bool) -> Iterator[LiveCapture]:
    """A capture on the interface `name` that has seen these frames, and is running."""
    with (
        tempfile.TemporaryDirectory() as place,
        patch.object(live, "own_connection", lambda: SSH if over_ssh else None),
        closing(LiveCapture(LiveRequest((name,), expression), (name,), _folder(place, name, expression))) as capture,
    ):
        head = section() + interface(options={2: name.encode(), 9: b"\x06"})
        blocks = b"".join(enhanced(frame.data, frame.time_ns // 1000) for frame in frames)
        Path(capture.spool_path, SEGMENT).write_bytes(head + blocks)
        for event in (
            {"event": "started", "interfaces": [{"name": name, "link_type": 1}]},
            {"event": "segment", "name": SEGMENT, "header": len(head)},
            {"event": "grown", "size": len(head) + len(blocks), "captured": len(frames)},
            {"event": "counts", "captured": len(frames), "received": 2 * len(frames), "dropped": 0}
            | {"dropped_by_interface": 0},
        ):
            capture._take_event(event)
        yield capture


def _folder(place: str, name: str, expression: str) -> SpoolFolder:
    path = Path(place, "spool")
    path.mkdir()
    return SpoolFolder(path, Meta(name, expression, 0.0), lock=-1)


def sparkline(frames: int) -> Sparkline:
    """The rates of a capture whose frames came all in one second, some seconds ago."""
    line = Sparkline(0.0, "utf-8")
    for second in range(1, SECONDS + 1):
        line.look(frames if second > SECONDS - SECONDS_BEFORE_LAST else 0, float(second))
    return line
