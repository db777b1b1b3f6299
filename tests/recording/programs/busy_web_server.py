"""A web server with something to do between its answer and its close: it writes a log that takes 0.1 s.

Usage: python -m tests.recording.programs.busy_web_server ADDRESS PORT, beside the folder `site`
"""

import functools
import http.server
import sys
import time


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, and dawdles before the connection is closed."""

    def finish(self) -> None:
        """Write the log, then let the connection be closed."""
        time.sleep(0.1)
        super().finish()


if __name__ == "__main__":
    address, port = sys.argv[1:]
    http.server.ThreadingHTTPServer((address, int(port)), functools.partial(Handler, directory="site")).serve_forever()
