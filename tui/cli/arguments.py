"""The command line, with tcpdump's habits."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn

from tui import __version__
from tui.errors import InputError, UsageError
from tui.text import printable

EXAMPLES = """\
examples:
  tcptui -i eth0 port 80                   watch an interface, until q
  tcptui capture.pcap                      look at the connections of a capture
  tcptui --demo                            choose one of the captures that come along
  tcptui -r capture.pcap port 6379         only what tcpdump's filter selects
  tcptui -r capture.pcap --summary         a table of connections, without the screen
  tcptui -r capture.pcap --json connections | jq .verdict
  tcptui -r capture.pcap --json packets --explain
  tcptui -r capture.pcap -w redis.pcapng port 6379
  tcptui -r capture.pcap -Y 'conn.verdict == "reset" && tcp.len > 0'
  tcptui -r capture.pcap -Y tcp.analysis.retransmission --json connections
  tcptui -i lo --json packets port 6379    print each segment as it is captured
  tcptui -i any -w all.pcapng              watch, and keep what is captured
  ssh host tcpdump -U -w - port 80 | tcptui -r -

Keys are listed by ? on the screen. FILTER is pcap-filter(7), as tcpdump takes it: what it leaves out is not looked at.
-Y takes a display filter as tshark does: it hides, and all segments are looked at. ? on the screen lists its fields.
"""

CAPTURE_SUFFIXES = (".pcap", ".pcapng", ".cap", ".dmp", ".gz", ".xz", ".bz2", ".zst")
"""Ends of names that are meant as files, also where there is no such file."""

UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
"""Letters behind a size in bytes."""


INTERFACE_HELP = "capture live on IFACE, again for more, `any` for all; without it on the one with the default route"

DISPLAY_FILTER_HELP = "show, print or copy only what Wireshark's display filter selects, such as tcp.port == 80"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    file: str | None
    """Path of the capture; `-` is standard input, None for no file."""
    interfaces: tuple[str, ...]
    """Interfaces to capture on where there is no file; none means the one with the default route."""
    what: Literal["capture", "list-interfaces", "demo", "recover"]
    filter: str
    """A capture filter; empty selects everything."""
    display_filter: str
    """Selects what is shown, printed or copied of all that is looked at; empty selects everything."""
    write: str | None
    count: int | None
    json: str | None
    explain: bool
    summary: bool
    absolute_numbers: bool
    snap_length: int
    buffer_kib: int
    """0 for the program's own choice."""
    promiscuous: bool
    include_own_ssh: bool
    max_size: int | None
    """Bytes."""
    theme: str | None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see tcptui --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tcptui",
        usage=(
            "tcptui [OPTION]... [-i IFACE]... [FILTER]...\n"
            "       tcptui [OPTION]... -r FILE [FILTER]...\n"
            "       tcptui [OPTION]... FILE [FILTER]..."
        ),
        description="Shows TCP as it really happened: connections, segments, and what each of them means.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("words", nargs="*", metavar="FILTER", help="a capture file first, where neither -r nor -i is given")
    add("-i", dest="interfaces", metavar="IFACE", action="append", default=[], help=INTERFACE_HELP)
    add("-r", dest="read", metavar="FILE", help="read a pcap or pcapng file, compressed or not; - is standard input")
    add("-D", dest="list_interfaces", action="store_true", help="list the interfaces, and exit")
    add("-w", dest="write", metavar="FILE", help="copy the selected frames to a new FILE (.pcap or .pcapng)")
    add("-c", dest="count", metavar="COUNT", type=_positive, help="stop after COUNT selected frames")
    add("-F", dest="filter_file", metavar="FILE", help="take the filter from FILE; FILTER is then ignored")
    add("-Y", "--display-filter", metavar="FILTER", action="append", default=[], help=DISPLAY_FILTER_HELP)
    add("-n", dest="numeric", action="count", help="addresses and ports as numbers, which they always are")
    add("-S", dest="absolute", action="store_true", help="sequence numbers on the screen as on the wire")
    add("-s", dest="snap_length", metavar="SNAPLEN", type=_natural, default=0, help="live: keep SNAPLEN bytes a frame")
    add("-B", dest="buffer_kib", metavar="KIB", type=_positive, default=0, help="live: kernel buffer in KiB (16384)")
    add("-p", dest="no_promiscuous", action="store_true", help="live: not in promiscuous mode")
    add("--max-size", metavar="SIZE", type=_size, help="live: keep the newest SIZE bytes, such as 500M or 2G")
    add("--include-ssh", dest="include_own_ssh", action="store_true", help="live: our own SSH connection too")
    add("--recover", action="store_true", help="open the live capture of a run that was killed")
    add("--demo", action="store_true", help="choose one of the captures that come along")
    add("--theme", metavar="NAME", help="colours of the screen; ctrl+t goes through them")
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


def _size(text: str) -> int:
    number, unit = (text[:-1], text[-1:].upper()) if text[-1:].isalpha() else (text, "")
    if unit not in UNITS or not (number.isascii() and number.isdigit() and len(number) < 10 and int(number)):
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is not a size, such as 500M or 2G")
    return int(number) * UNITS[unit]


def parse(arguments: list[str]) -> Options:
    """Understand a command line. Raises UsageError or InputError; exits for --help and --version."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    given = _parser().parse_intermixed_args(arguments[:end])
    words = [*given.words, *arguments[end + 1 :]]
    what = _what(given)
    file = given.read
    if file is None and what == "capture" and not given.interfaces and words and _names_file(words[0]):
        file = words.pop(0)
        if words and _is_file(words[0]):
            raise UsageError(f"{words[0]} is a second file; tcptui opens one at a time")
    if file == "":
        raise UsageError("name a capture file to open, such as tcptui capture.pcap; see tcptui --help")
    _check_outputs(given)
    return Options(
        file=file,
        interfaces=tuple(dict.fromkeys(given.interfaces)),
        what=what,
        filter=" ".join(words) if given.filter_file is None else _filter_from(given.filter_file),
        display_filter="".join(given.display_filter),
        write=given.write,
        count=given.count,
        json=given.json,
        explain=given.explain,
        summary=given.summary,
        absolute_numbers=given.absolute,
        snap_length=given.snap_length,
        buffer_kib=given.buffer_kib,
        promiscuous=not given.no_promiscuous,
        include_own_ssh=given.include_own_ssh,
        max_size=given.max_size,
        theme=given.theme,
    )


def _what(given: argparse.Namespace) -> Literal["capture", "list-interfaces", "demo", "recover"]:
    """What is to be opened. Raises UsageError where more than one thing is named."""
    if given.list_interfaces:
        return "list-interfaces"
    named = {"-r": given.read is not None, "-i": bool(given.interfaces), "--demo": given.demo}
    named["--recover"] = given.recover
    chosen = [option for option, is_given in named.items() if is_given]
    if chosen == ["-r", "-i"]:
        raise UsageError("-r reads a file and -i captures live; give one of them")
    if len(chosen) > 1:
        raise UsageError(f"{' and '.join(chosen)} open different things; give one of them")
    if "" in given.interfaces:
        raise UsageError("-i names no interface; tcptui -D lists them")
    return "demo" if given.demo else "recover" if given.recover else "capture"


def _check_outputs(given: argparse.Namespace) -> None:
    if len(given.display_filter) > 1:
        raise UsageError("-Y is given twice; join the two display filters with && in one")
    if given.json and given.summary:
        raise UsageError("--json and --summary print different things; give one of them")
    if given.explain and given.json != "packets":
        raise UsageError("--explain goes with --json packets; on the screen the details pane explains")
    if given.write == "":
        raise UsageError("-w names no file; give the name of a new one, or - for standard output")
    if given.write is not None and (given.json or given.summary):
        raise UsageError("-w copies frames without a report; give --json or --summary in a run of their own")


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
