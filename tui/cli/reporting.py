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


def report(session: "Session", options: "Options", display_filter: "DisplayFilter | None") -> None:
    from tui.report import json_lines, streaming  # noqa: PLC0415

    with standard_output(), until_interrupted(session):
        if options.json == "packets" and session.live is not None:
            streaming.stream_packets(session, sys.stdout.buffer, options.explain, display_filter)
        elif options.json == "connections" and session.live is not None:
            streaming.stream_connections(session, sys.stdout.buffer, display_filter)
        else:
            read_all(session)
            if options.json == "packets":
                json_lines.write_packets(session, sys.stdout.buffer, options.explain, display_filter)
            elif options.json == "connections":
                json_lines.write_connections(session, sys.stdout.buffer, display_filter)
            else:
                from tui.report.table import write_summary  # noqa: PLC0415 - only the table needs rich

                write_summary(session, sys.stdout, display_filter)


def read_all(session: "Session") -> None:
    """Read a capture to its end, with the garbage collector never looking at what was there before."""
    from tui.report.progress import watch  # noqa: PLC0415

    gc.freeze()
    session.read_ahead()
    watch(session, session.run())
