"""The captures that are measured: which there are, and their files, which are generated once and kept."""

import sys
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measuring import measure

PACKETS_A_CONNECTION = 40
"""Of ordinary traffic."""

EMPTY_PCAP = bytes.fromhex("d4c3b2a1 02000400 00000000 00000000 00000400 01000000")
"""A capture of no packets, for what the program itself takes."""

GENERATOR = ("generate", "layout", "alike", "endpoints", "packets", "payloads")
"""The modules whose text decides what is generated."""


@dataclass(frozen=True, slots=True)
class Capture:
    """A generated capture."""

    packets: int
    connections: int
    options: tuple[str, ...] = ()
    """Of tests.bench.generate, beside the number of packets."""

    def path(self) -> Path:
        """Its file; generated where it is not there yet."""
        if self.packets == 0:
            path = folder() / "empty.pcap"
            path.write_bytes(EMPTY_PCAP)
            return path
        return generated_capture(["--packets", str(self.packets), *self.options])


def captures(packets: int) -> dict[str, Capture]:
    """Those that are measured, by name; of so many packets, but for the one with twice as many.

    `packets` is the ordinary one again, for the reports of segments.
    """

    def ordinary(count: int, *options: str) -> Capture:
        connections = max(count // PACKETS_A_CONNECTION, 1)
        return Capture(count, connections, ("--connections", str(connections), *options))

    def one_connection(option: str) -> Capture:
        return Capture(packets, 1, (option,))

    return {
        "ordinary": ordinary(packets),
        "packets": ordinary(packets),
        "twice": ordinary(2 * packets),
        "retransmissions": ordinary(packets, "--retransmissions", "0.1"),
        "one-connection": one_connection("--one-connection"),
        "one-syn": Capture(packets, packets, ("--one-syn",)),
        "ipv6-vlan": ordinary(packets, "--ipv6-share", "0.3", "--vlan-share", "0.3"),
        "identical-syns": one_connection("--identical-syns"),
        "identical-resets": one_connection("--identical-resets"),
        "identical-data": one_connection("--identical-data"),
        "colliding-xor": ordinary(packets, "--colliding", "xor"),
        "colliding-unseeded": ordinary(packets, "--colliding", "unseeded"),
        "empty": Capture(0, 0),
    }


def folder() -> Path:
    """Where generated captures are kept."""
    path = Path(tempfile.gettempdir()) / "tcptui-bench"
    path.mkdir(exist_ok=True)
    return path


def generated_capture(options: Sequence[str]) -> Path:
    """The capture that tests.bench.generate writes with these options; from an earlier run where there is one."""
    here = Path(__file__).parent
    version = zlib.crc32(b"".join((here / f"{name}.py").read_bytes() for name in GENERATOR))
    path = folder() / f"{'-'.join(options).replace('--', '')}-{version:08x}.pcap"
    if not path.exists():
        print(f"generating {path} …", file=sys.stderr, flush=True)
        partial = path.with_suffix(".partial")
        measure([sys.executable, "-m", "tests.bench.generate", str(partial), *options])
        partial.rename(path)
    return path
