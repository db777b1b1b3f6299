"""Dissect frames with scapy: a program that answers JSON lines on its standard streams, started by its path.

It writes `{"ready": true}` once it can be asked, or `{"missing": str}` and ends where scapy can't be imported. A
request is `{"id": int, "link_type": int, "data": str}`, LINKTYPE_ number and the frame in base64; the answer is
`{"id": int, "layers": [node, …]}`. A node has `key` (scapy's name of layer and field, such as `TCP.seq`), `name` and
`value` (text, not yet fit to be drawn), `bits` (which bits of its bytes, where it shares them), `start` and `end` (its
bytes in the frame, null where they are not known) and `children`.

The frames are hostile: the process gives up what it does not need before the first of them (tui.dissect.confinement),
and the one who asks kills it when it takes too long.
"""

import importlib
import os
import sys
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parents[2]


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what scapy may print is no answer
    sys.path.append(str(PACKAGE_FOLDER))
    importlib.import_module("tui.dissect.answering").serve(sys.stdin.fileno(), answers)


if __name__ == "__main__":
    main()
