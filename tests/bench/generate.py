"""Write large captures of ordinary TCP connections, fast and always the same.

    python -m tests.bench.generate OUT.pcap --packets 1000000 --connections 25000

Each connection has a handshake with the usual options, requests that are answered by two segments each, and a teardown
of three or four segments; a few hundred connections are alive at any time. Every payload is a message of its own: HTTP
on port 80, a record of TLS on 443. All checksums are right. Instead, one segment can be repeated to the end of the
capture, and the tuples chosen so that their hashes collide.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.bench.alike import REPEATED, lay_out_alike
from tests.bench.layout import Settings, lay_out
from tests.bench.packets import frame_bytes

BLOCK = 50_000
"""Packets that are written at once."""

DEFAULTS = Settings()

FILE_HEADER = np.array([0xA1B2C3D4, 4 << 16 | 2, 0, 0, 262144, 1], "<u4").tobytes()
"""pcap, microseconds, version 2.4, little-endian, Ethernet."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written."""

    packets: int
    connections: int
    retransmissions: int
    """Those that repair a loss included."""
    losses: int
    reordered: int
    bytes_written: int


def generate(path: Path, settings: Settings) -> Summary:
    """Write a capture; ValueError where there are too few packets for the connections."""
    traffic = lay_out_alike(settings) if settings.one_syn or settings.identical else lay_out(settings)
    written = len(FILE_HEADER)
    with path.open("wb") as stream:
        stream.write(FILE_HEADER)
        for start in range(0, len(traffic.time_us), BLOCK):
            block = frame_bytes(traffic.take(np.arange(start, min(start + BLOCK, settings.packets))))
            stream.write(block.data)
            written += len(block)
    return Summary(
        packets=settings.packets,
        connections=len(traffic.initial),
        retransmissions=int(np.count_nonzero(traffic.repeated)),
        losses=int(np.count_nonzero(traffic.sack_bytes)),
        reordered=int(np.count_nonzero(traffic.sent_us != traffic.time_us)),
        bytes_written=written,
    )


def parse(arguments: list[str] | None = None) -> tuple[Path, Settings]:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.generate", description="Write a large capture.")
    parser.add_argument("out", type=Path, metavar="OUT.pcap")
    parser.add_argument("--packets", type=int, default=DEFAULTS.packets)
    parser.add_argument("--connections", type=int, default=DEFAULTS.connections)
    parser.add_argument("--retransmissions", type=float, default=0.0, help="share of data segments sent again")
    parser.add_argument("--losses", type=float, default=0.0, help="share of answers whose first segment is lost")
    parser.add_argument("--reordering", type=float, default=0.0, help="share of answers that arrive in wrong order")
    parser.add_argument(
        "--payload-bytes", type=int, default=DEFAULTS.payload_bytes, help="mean payload of a segment of an answer"
    )
    parser.add_argument("--ipv6-share", type=float, default=0.0, help="share of connections over IPv6")
    parser.add_argument("--vlan-share", type=float, default=0.0, help="share of connections with a VLAN tag")
    parser.add_argument("--seed", type=int, default=DEFAULTS.seed)
    parser.add_argument(
        "--colliding",
        choices=("xor", "unseeded"),
        default="",
        help="tuples with the same XOR of all fields, or the same hash of tcptui's but for its secret",
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--one-syn", action="store_true", help="each packet is the SYN of its own connection")
    shape.add_argument("--one-connection", action="store_true")
    for what in REPEATED:
        text = f"{what} of one connection, all the same"
        shape.add_argument(
            f"--identical-{what}", dest="identical", action="store_const", const=what, default="", help=text
        )
    values = vars(parser.parse_args(arguments))
    out = values.pop("out")
    if values.pop("one_connection"):
        values["connections"] = 1
    return out, Settings(**values)


def main() -> None:
    """Write the capture that the command line asks for, and say what it holds."""
    path, settings = parse()
    try:
        summary = generate(path, settings)
    except ValueError as error:
        raise SystemExit(f"generate: {error}") from error
    print(
        f"{path}: {summary.packets} packets, {summary.connections} connections, "
        f"{summary.retransmissions} retransmissions, {summary.losses} losses, {summary.reordered} reordered, "
        f"{summary.bytes_written} bytes"
    )


if __name__ == "__main__":
    main()
