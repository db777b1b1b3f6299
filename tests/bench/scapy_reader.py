"""Read the first packets of a capture with scapy's own reader, and take each apart, as a script of scapy's would.

python -m tests.bench.scapy_reader FILE COUNT
"""

import sys
from itertools import islice

from scapy.layers.inet import TCP
from scapy.layers.inet6 import IPv6  # noqa: F401  # scapy takes apart the layers that are imported
from scapy.layers.l2 import Ether  # noqa: F401
from scapy.utils import PcapReader


def main() -> None:
    """Read, and keep nothing; says so where a packet was not taken apart."""
    path, count = sys.argv[1], int(sys.argv[2])
    with PcapReader(path) as packets:
        for packet in islice(packets, count):
            if TCP not in packet:
                raise SystemExit("a packet without TCP")


if __name__ == "__main__":
    main()
