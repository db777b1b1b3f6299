"""Compile capture filters with libpcap: a program that answers JSON lines on its standard streams.

A request is `{"link_type": int, "snap_length": int, "filter": str}`, LINKTYPE_ number and bytes; the answer is
`{"instructions": [[code, jt, jf, k], …]}`, classic BPF, or `{"error": str}` in libpcap's own words. libpcap may crash
or hang on a link type it does not expect, and takes nobody but this process with it.
"""

import json
import sys

import pcapy

DATA_LINK_TYPES = {
    100: 11,  # ATM_RFC1483
    101: 12,  # RAW
    102: 15,  # SLIP_BSDOS
    103: 16,  # PPP_BSDOS
    106: 19,  # ATM_CLIP
}
"""LINKTYPE_ numbers of files whose DLT_ number in libpcap's interface differs; all others are equal."""

NETMASK = 0
"""A file does not tell its network's mask; with tcpdump's choice `ip broadcast` finds 255.255.255.255 and 0.0.0.0."""

Answer = dict[str, str | list[list[int]]]


def compile_request(link_type: int, snap_length: int, expression: str) -> Answer:
    """The answer to one request."""
    data_link_type = DATA_LINK_TYPES.get(link_type, link_type)
    try:
        program = pcapy.compile(data_link_type, snap_length, expression, 1, NETMASK)
        return {"instructions": [list(instruction) for instruction in program.get_bpf()]}
    except pcapy.PcapError as error:
        return {"error": str(error)}
    except ValueError:  # a null character, or bytes of the command line that are not UTF-8
        return {"error": "can't parse filter expression: it holds a character that is not text"}


def main() -> None:
    """Answer requests until standard input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        answer = compile_request(request["link_type"], request["snap_length"], request["filter"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
