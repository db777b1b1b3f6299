"""The command line, with tcpdump's habits."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from tui import __version__
from tui.errors import InputError, UsageError
from tui.text import printable

EXAMPLES = """\
examples:
  tcptui capture.pcap                      look at the connections of a capture
  tcptui -r capture.pcap port 6379         only what tcpdump's filter selects
  tcptui -r capture.pcap --summary         a table of connections, without the screen
  tcptui -r capture.pcap --json connections | jq .verdict
  tcptui -r capture.pcap --json packets --explain
  tcptui -r capture.pcap -w redis.pcapng port 6379
  ssh host tcpdump -U -w - port 80 | tcptui -r -

Keys are listed by ? on the screen. FILTER is pcap-filter(7), as tcpdump takes it.
"""

CAPTURE_SUFFIXES = (".pcap", ".pcapng", ".cap", ".dmp", ".gz", ".xz", ".bz2", ".zst")
"""Ends of names that are meant as files, also where there is no such file."""

LIVE_OPTIONS = ("interface", "list_interfaces")
"""Options that a file can't answer; others of live capture change nothing where a file is read."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    file: str
    """Path of the capture; `-` is standard input."""
    filter: str
    """A capture filter; empty selects everything."""
    write: str | None
    count: int | None
    json: str | None
    explain: bool
    summary: bool
    absolute_numbers: bool


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see tcptui --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tcptui",
        usage="tcptui [OPTION]... [-r FILE] [FILTER]...\n       tcptui [OPTION]... FILE [FILTER]...",
        description="Shows TCP as it really happened: connections, segments, and what each of them means.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("words", nargs="*", metavar="FILTER", help="a capture file first, where neither -r nor -i is given")
    add("-r", dest="read", metavar="FILE", help="read a pcap or pcapng file, compressed or not; - is standard input")
    add("-i", dest="interface", metavar="IFACE", action="append", help="capture live (not available yet)")
    add("-w", dest="write", metavar="FILE", help="copy the selected frames to a new FILE (.pcap or .pcapng)")
    add("-c", dest="count", metavar="COUNT", type=_positive, help="stop after COUNT selected frames")
    add("-F", dest="filter_file", metavar="FILE", help="take the filter from FILE; FILTER is then ignored")
    add("-n", dest="numeric", action="count", help="addresses and ports as numbers, which they always are")
    add("-S", dest="absolute", action="store_true", help="sequence numbers on the screen as on the wire")
    add("-D", dest="list_interfaces", action="store_true", help="list interfaces (not available yet)")
    add("-s", dest="snap_length", metavar="SNAPLEN", type=_natural, help="for live capture")
    add("-B", dest="buffer_kib", metavar="KIB", type=_positive, help="for live capture")
    add("-p", dest="no_promiscuous", action="store_true", help="for live capture")
    add("--json", choices=("packets", "connections"), help="print one JSON object a line, and exit")
    add("--explain", action="store_true", help="with --json packets: say what each segment does")
    add("--summary", action="store_true", help="print a table of connections; also when output is no terminal")
    add("--version", action="version", version=f"tcptui {__version__}")
    for letter in "velqtUXA":
        add(f"-{letter}", dest=f"habit_{letter}", action="count", help=argparse.SUPPRESS)
    return parser


def _positive(text: str) -> int:
    number = _natural(text)
    if not number:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is not a whole number")
    return int(text)


def parse(arguments: list[str]) -> Options:
    """Understand a command line. Raises UsageError or InputError; exits for --help and --version."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given = _parser().parse_intermixed_args(arguments[:end])
    if given.read is not None and given.interface:
        raise UsageError("-r reads a file and -i captures live; give one of them")
    if any(getattr(given, name) for name in LIVE_OPTIONS):
        raise InputError(
            "live capture is not available yet; record with `sudo tcpdump -w FILE` and open that with tcptui FILE"
        )
    words = [*given.words, *arguments[end + 1 :]]
    file = given.read
    if file is None and words and _names_file(words[0]):
        file = words.pop(0)
        if words and _is_file(words[0]):
            raise UsageError(f"{words[0]} is a second file; tcptui opens one at a time")
    if not file:
        raise UsageError("name a capture file to open, such as tcptui capture.pcap; see tcptui --help")
    if given.json and given.summary:
        raise UsageError("--json and --summary print different things; give one of them")
    if given.explain and given.json != "packets":
        raise UsageError("--explain goes with --json packets; on the screen the details pane explains")
    if given.write == "":
        raise UsageError("-w names no file; give the name of a new one, or - for standard output")
    if given.write is not None and (given.json or given.summary):
        raise UsageError("-w copies frames without a report; give --json or --summary in a run of their own")
    return Options(
        file=file,
        filter=" ".join(words) if given.filter_file is None else _filter_from(given.filter_file),
        write=given.write,
        count=given.count,
        json=given.json,
        explain=given.explain,
        summary=given.summary,
        absolute_numbers=given.absolute,
    )


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False


def _names_file(word: str) -> bool:
    """Whether a word is a file rather than the beginning of a filter."""
    if word == "-" or "/" in word or Path(word).suffix in CAPTURE_SUFFIXES:
        return True
    try:
        return Path(word).exists()
    except OSError:
        return False


def _filter_from(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text file"
        raise InputError(f"{printable(path)}: the filter can't be read: {reason}") from error
