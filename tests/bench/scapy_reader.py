"""Read the first packets of a capture with scapy's own reader, and take each apart, as a script of scapy's would.

python -m tests.bench.scapy_reader FILE COUNT
"""

import sys
from itertools import islice

from scapy.utils import PcapReader


def main() -> None:
    """Read, and keep nothing."""
    path, count = sys.argv[1], int(sys.argv[2])
    with PcapReader(path) as packets:
        for _ in islice(packets, count):
            pass


if __name__ == "__main__":
    main()
