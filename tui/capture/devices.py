"""One interface, open for capturing through libpcap."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from struct import Struct
from typing import Any

import pcapy

from tui.capture.compile import DATA_LINK_TYPES, NETMASK
from tui.capture.frames import BLOCK_TIMEOUT, Frame
from tui.capture.link_state import interface_index
from tui.capture.protocol import ALL_OF_A_FRAME, CaptureError, Kind

FRAMES_AT_ONCE = 2048
"""Frames that are read from an interface before others get their turn."""

WENT_DOWN = "went down"
"""What libpcap's message has in it where an interface that still exists was switched off."""

RECORD = Struct("=4I")
"""Of a batch: seconds, microseconds, offset, captured bytes."""

LINK_TYPES = {data_link_type: link_type for link_type, data_link_type in DATA_LINK_TYPES.items()}
"""LINKTYPE_ numbers of files by the DLT_ numbers of libpcap's interface, where they differ."""

REFUSALS: dict[int, tuple[Kind, str]] = {
    -5: ("no-interface", "does not exist"),
    -8: ("permission", "capturing on it is not permitted"),
    -9: ("other", "is down"),
    -11: ("permission", "promiscuous mode is not permitted"),
}
"""What pcap_activate(3PCAP) answers where it does not work, PCAP_ERROR_… numbers."""


@dataclass(slots=True)
class Settings:
    """How interfaces are opened."""

    filter: str
    """pcap-filter(7); may change while they are open."""
    snap_length: int
    """Bytes of a frame that are kept."""
    buffer_kib: int
    """KiB in which the kernel collects frames for each; 0 for libpcap's choice."""
    promiscuous: bool


@dataclass(frozen=True, slots=True)
class Received:
    """Counters of interfaces, in frames, as libpcap defines them."""

    received: int = 0
    dropped: int = 0
    """For which the kernel's buffer had no room."""
    dropped_by_interface: int = 0

    def __add__(self, other: "Received") -> "Received":
        return Received(
            self.received + other.received,
            self.dropped + other.dropped,
            self.dropped_by_interface + other.dropped_by_interface,
        )


class ReadError(Exception):
    """An interface gives no frames now; the message is libpcap's."""

    @property
    def went_down(self) -> bool:
        """Whether that may pass without opening it again."""
        return WENT_DOWN in str(self)


class Device:
    """An interface that is open. Frames that have arrived before it went down can still be read afterwards."""

    def __init__(self, name: str, settings: Settings) -> None:
        """Raises CaptureError: no such interface, no permission, a filter that does not compile, or anything else."""
        self.name = name
        self.index = interface_index(name)
        """The kernel's number: another interface of the same name has another."""
        self.number = -1
        """In the capture; given by who writes it."""
        self.snap_length = settings.snap_length
        self._handle = _activate(name, settings)
        data_link_type: int = self._handle.datalink()
        self.link_type = LINK_TYPES.get(data_link_type, data_link_type)
        """LINKTYPE_ number."""
        self.read = self._read_whole if settings.snap_length >= ALL_OF_A_FRAME else self._read_cut
        """Up to FRAMES_AT_ONCE frames that are there; raises ReadError."""
        try:
            self.set_filter(settings.filter)
            self._handle.setnonblock(1)
        except CaptureError:
            self.close()
            raise

    def fileno(self) -> int:
        """What to wait for."""
        descriptor: int = self._handle.getfd()
        return descriptor

    def set_filter(self, expression: str) -> None:
        """Replace the filter; libpcap applies it to frames that wait in the kernel's buffer too.

        Raises CaptureError in libpcap's words, the old filter being in force still.
        """
        with _words_of_libpcap():
            self._handle.setfilter(expression)

    def counters(self) -> Received:
        """Since it was opened."""
        return Received(*self._handle.stats())

    def close(self) -> None:
        """Give the interface back."""
        self._handle.close()

    def _read_whole(self) -> list[Frame]:
        """By the fast call, which does not tell the length on the wire: for where nothing was cut off."""
        try:
            data, records = self._handle.next_batch(FRAMES_AT_ONCE)
        except pcapy.PcapError as error:
            raise ReadError(str(error)) from error
        number = self.number
        return [
            (seconds * 1_000_000 + microseconds, number, captured, data[offset : offset + captured])
            for seconds, microseconds, offset, captured in RECORD.iter_unpack(records)
        ]

    def _read_cut(self) -> list[Frame]:
        frames: list[Frame] = []

        def add(header: Any, data: bytes) -> None:
            seconds, microseconds = header.getts()
            frames.append((seconds * 1_000_000 + microseconds, self.number, header.getlen(), data))

        try:
            self._handle.dispatch(FRAMES_AT_ONCE, add)
        except pcapy.PcapError as error:
            raise ReadError(str(error)) from error
        return frames


def _activate(name: str, settings: Settings) -> Any:
    try:
        handle = pcapy.create(name)
        handle.set_snaplen(settings.snap_length)
        handle.set_promisc(settings.promiscuous)
        handle.set_timeout(BLOCK_TIMEOUT)
        if settings.buffer_kib > 0:
            handle.set_buffer_size(settings.buffer_kib << 10)
        status: int = handle.activate()
    except (pcapy.PcapError, ValueError) as error:
        raise CaptureError("other", f"{name}: {error}") from error
    if status < 0:
        kind, reason = REFUSALS.get(status, ("other", f"libpcap can't open it (status {status})"))
        raise CaptureError(kind, f"{name}: {reason}")
    return handle


def check_filter(expression: str) -> None:
    """Compile a filter where no interface is open, as for Ethernet. Raises CaptureError in libpcap's words."""
    with _words_of_libpcap():
        pcapy.compile(pcapy.DLT_EN10MB, ALL_OF_A_FRAME, expression, 1, NETMASK)


@contextmanager
def _words_of_libpcap() -> Iterator[None]:
    """Raise CaptureError for a filter that does not compile."""
    try:
        yield
    except pcapy.PcapError as error:
        raise CaptureError("filter", str(error)) from error
    except ValueError as error:  # a null character, or bytes that are not UTF-8
        raise CaptureError("filter", "can't parse filter expression: it holds a character that is not text") from error
