"""Reports on standard output."""

import gc
import sys
from typing import TYPE_CHECKING

from tui.cli.interrupting import until_interrupted
from tui.cli.streams import standard_output

if TYPE_CHECKING:
    from tui.cli.arguments import Options
    from tui.session import Session
    from tui.views import DisplayFilter

SELDOM = 200_000
"""New objects between two looks of the garbage collector, in a report."""


def report(session: "Session", options: "Options", display_filter: "DisplayFilter | None") -> None:
    from tui.report import json_lines, streaming  # noqa: PLC0415
    from tui.report.progress import watch  # noqa: PLC0415

    with standard_output(), until_interrupted(session):
        if options.json == "packets" and session.live is not None:
            streaming.stream_packets(session, sys.stdout.buffer, options.explain, display_filter)
        elif options.json == "connections" and session.live is not None:
            streaming.stream_connections(session, sys.stdout.buffer, display_filter)
        else:
            collect_seldom()
            watch(session, session.run())
            if options.json == "packets":
                json_lines.write_packets(session, sys.stdout.buffer, options.explain, display_filter)
            elif options.json == "connections":
                json_lines.write_connections(session, sys.stdout.buffer, display_filter)
            else:
                from tui.report.table import write_summary  # noqa: PLC0415 - only the table needs rich

                write_summary(session, sys.stdout, display_filter)


def collect_seldom() -> None:
    """Have the garbage collector look at what is there seldom, and never again at what was there before.

    A report makes millions of objects, few of them in cycles, keeps most of them and then ends: looking through all
    of them time and again takes a tenth of the whole run.
    """
    gc.freeze()
    gc.set_threshold(SELDOM)
