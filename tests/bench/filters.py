"""What processor time display filters take on a large generated capture, by what they cost.

    python -m tests.bench.filters --packets 1000000 --connections 25000

Other options go to tests.bench.generate. Each filter is asked twice; the second time what is known of the connections
is still there. Exit status 1: a filter took longer than its kind may.
"""

import argparse
import sys
import time

from tests.bench.captures import generated_capture
from tui.files.source import open_capture
from tui.session import Session
from tui.views import compile_filter

MOST_SECONDS = {"stored": 0.1, "headers": 1.0, "payload": 5.0}
"""Processor seconds that a filter may take on a million packets, by its cost."""

FILTERS = (
    "tcp.port == 80",
    "tcp.flags.syn == 1 && tcp.flags.ack == 0",
    "ip.addr == 10.0.0.0/8",
    "frame.time_delta > 0.01",
    "tcp.analysis.flags",
    'packet.notes == "retransmission"',
    'conn.verdict == "closed"',
    "conn.handshake_rtt > 0.001",
    "ip.len > 500",
    "tcp.options.mss_val == 1460",
    "eth.addr contains 00:11",
    'tcp.payload contains "HTTP"',
    "tcp.payload[0:4] == 47:45:54:20",
    'tcp.payload matches "^get /"',
    'tcp.stream == 5 && tcp.payload contains "a"',
)


def main() -> int:
    """Measure all of FILTERS; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.filters", description="Measure display filters.")
    parser.add_argument("--packets", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=25_000)
    given, others = parser.parse_known_args()
    options = ["--packets", str(given.packets), "--connections", str(given.connections), *others]
    session = Session(open_capture(str(generated_capture(options))))
    for _ in session.run():
        pass
    is_slow = False
    print("cost      first  again  selected  filter")
    for text in FILTERS:
        chosen = compile_filter(text)
        taken = []
        for _ in range(2):
            started = time.process_time()
            rows = chosen.rows(session, 0, len(session.store))
            taken.append(time.process_time() - started)
        too_long = min(taken) > MOST_SECONDS[chosen.cost] * given.packets / 1_000_000
        is_slow |= too_long
        words = f"{chosen.cost:8} {taken[0]:5.3f}s {taken[1]:5.3f}s {len(rows):8}  {text}"
        print(f"{words}  too slow" if too_long else words, flush=True)
    return int(is_slow)


if __name__ == "__main__":
    sys.exit(main())
