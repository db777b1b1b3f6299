"""Which segments tshark takes for retransmissions."""

import subprocess
from pathlib import Path

FILTER = "tcp.analysis.retransmission || tcp.analysis.fast_retransmission || tcp.analysis.spurious_retransmission"


def retransmissions(path: Path) -> set[int]:
    """The frame numbers of a capture's segments that tshark calls so."""
    command = ["tshark", "-n", "-r", str(path), "-Y", FILTER, "-T", "fields", "-e", "frame.number"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(map(int, done.stdout.split()))
