"""The capture process: run by its path, told what to do by JSON lines, the only one that has privileges.

Commands come on standard input, events go to standard output (`tui.capture.protocol`), frames to pcapng files
(`tui.capture.segments`). It gives up all privileges but the one that capturing needs before it says that it is ready,
and ends in order when its standard input ends, when nobody reads its standard output any more, or on SIGTERM.
"""

import os
import sys
from pathlib import Path


def main() -> int:
    """Capture until the caller is done; the exit status: 0, or 1 where privileges could not be given up."""
    sys.dont_write_bytecode = True  # this may be root, and the package its caller's
    sys.path.append(str(Path(__file__).resolve().parents[2]))
    # All that is needed is imported while it can be read: root's Python may be closed to the user whom this becomes.
    from tui.capture.privileges import reduce_privileges  # noqa: PLC0415 (needs the path that was just added)
    from tui.capture.protocol import Commands, Events  # noqa: PLC0415
    from tui.capture.recorder import Recorder  # noqa: PLC0415

    events = Events(sys.stdout.fileno())
    try:
        reduce_privileges(os.environ)
    except OSError as error:
        events.failed("permission", f"privileges can't be given up: {error.strerror}")
        events.flush()
        return 1
    os.environ.clear()
    Recorder(Commands(sys.stdin.fileno()), events).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
