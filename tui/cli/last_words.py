"""What is said on standard error once all is done: what was left out, what was lost, and what was captured."""

import sys
from typing import TYPE_CHECKING

from tui.cli.streams import tell

if TYPE_CHECKING:
    from tui.session import Session

LINK_TYPES_TOLD = 5
"""Link types a filter can't be compiled for that are named one by one."""


def complain(session: "Session") -> int:
    """Say what was left out of the capture and what was lost, and give the exit status that goes with it."""
    from tui.files.link_types import link_name  # noqa: PLC0415
    from tui.views import frames_not_understood  # noqa: PLC0415

    uncompiled = list(session.uncompiled.items())
    for link_type, words in uncompiled[:LINK_TYPES_TOLD]:
        tell(f"frames of {link_name(link_type)} are left out: {words}")
    if len(uncompiled) > LINK_TYPES_TOLD:
        tell(f"frames of {len(uncompiled) - LINK_TYPES_TOLD} more link types are left out in the same way")
    not_understood = list(frames_not_understood(session, len(session.store)).items())
    for name, count in not_understood[:LINK_TYPES_TOLD]:
        tell(f"{count} frame{'s' if count != 1 else ''} of {name} could not be read: that link type is not supported")
    if len(not_understood) > LINK_TYPES_TOLD:
        tell(f"nor could frames of {len(not_understood) - LINK_TYPES_TOLD} more link types")
    if session.live is not None:
        return _count_captured(session)
    damage = session.capture.damage
    if damage is None:
        return 0
    tell(f"{session.capture.shown_name}: {damage.reason}, at byte {damage.offset}; all before it was read")
    return 1


def _count_captured(session: "Session") -> int:
    """tcpdump's three counts, and what ended a live capture before its time."""
    live = session.live
    assert live is not None
    live.finish()
    live.wait_stopped()
    counts = live.counts
    lines = [(counts.captured, "captured"), (counts.received, "received by filter")]
    lines.append((counts.dropped, "dropped by kernel"))
    if counts.dropped_by_interface:
        lines.append((counts.dropped_by_interface, "dropped by interface"))
    for count, words in lines:
        print(f"{count} packet{'' if count == 1 else 's'} {words}", file=sys.stderr)
    if session.given_up:
        print(
            f"{session.given_up} of them, the oldest, given up, as --max-size or the disk holds no more",
            file=sys.stderr,
        )
    if live.fault is None:
        return 0
    tell(live.fault)
    return 1
