"""Records captures anew, from real programs in network namespaces: Linux, as root.

Usage: python -m tests.recording [--folder FOLDER] [NAME...]

It needs tcpdump, iproute2, ethtool, nftables, bash, curl, openssl, redis-server and sshd. Ports, times and initial
sequence numbers are new each time; the captures' README quotes some of them.
"""

import argparse
import os
import sys
from pathlib import Path

from tests.program import CAPTURES
from tests.recording.record import record
from tests.recording.recordings import RECORDINGS


def main() -> int:
    """Record what the command line names, by default all."""
    parser = argparse.ArgumentParser(prog="python -m tests.recording", description="Record captures anew.")
    parser.add_argument("--folder", type=Path, default=CAPTURES, help="where they are written; by default captures/")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"by default all: {', '.join(RECORDINGS)}")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in RECORDINGS]
    if unknown:
        parser.error(f"no recording is called {unknown[0]}; there are {', '.join(RECORDINGS)}")
    if sys.platform != "linux" or os.geteuid():
        parser.error("network namespaces need Linux, and root")
    for name in given.names or RECORDINGS:
        print(record(name, given.folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
