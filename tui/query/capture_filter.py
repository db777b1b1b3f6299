"""Capture filters, in tcpdump's language, applied to the frames of a file: once compiled for each link type."""

import socket
import struct
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tui.errors import UsageError
from tui.files import link_types
from tui.files.frames import FrameBatch, Interface
from tui.query.bpf import run
from tui.query.compiler import compile_filter
from tui.query.program import Program

IEEE802_11 = 105
"""Link type of wireless LAN, which knows keywords that no other does."""
ENC = 109
"""Link type of OpenBSD's encapsulating interface, whose frames begin with a family as those of NULL do."""

AF_INET = 2
"""The same everywhere."""
AF_INET6_OF_FILES = (24, 28, 30)
"""The address family of IPv6 in files: NetBSD and OpenBSD, FreeBSD, macOS. libpcap expects these and no others."""

SNAP_LENGTH = 262144
"""What a program returns for a frame it accepts; any number but 0 does."""


Key = tuple[int, str]
"""Interfaces with equal keys share a program: link type, and byte order where frames begin with a family in it."""


class CaptureFilter:
    """A capture filter; frames of a link type it can't be compiled for are not selected."""

    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.uncompiled: dict[int, str] = {}
        """LINKTYPE_ numbers, other than the capture's first, that the filter can't be compiled for: libpcap's words."""
        self._programs: dict[Key, Program | None] = {}

    def prepare(self, interfaces: Sequence[Interface]) -> None:
        """Compile for the capture's first link type, where it is known already.

        Raises UsageError with libpcap's words where it can't be done; where the type is not known, only for an
        expression that no common link type has a program for.
        """
        if not self.expression.strip():
            return
        if interfaces:
            self._program(interfaces[0], interfaces)
        else:
            _refuse_everywhere(self.expression)

    def select(self, batch: FrameBatch, interfaces: Sequence[Interface]) -> NDArray[np.bool_]:
        """Which frames the filter accepts; compiles for a link type when its first frame turns up.

        Raises UsageError with libpcap's words where the capture's first link type can't be compiled for.
        """
        if not self.expression.strip():
            return np.ones(len(batch), np.bool_)
        first_with_key: dict[Key, int] = {}
        firsts = [first_with_key.setdefault(_key(interface), index) for index, interface in enumerate(interfaces)]
        if len(first_with_key) == 1:
            program = self._program(interfaces[0], interfaces)
            return run(program, batch) if program is not None else np.zeros(len(batch), np.bool_)
        first_of_frame = np.array(firsts, np.int64)[batch.interface]
        selected = np.zeros(len(batch), np.bool_)
        for index in np.unique(first_of_frame).tolist():
            program = self._program(interfaces[index], interfaces)
            if program is not None:
                mask = first_of_frame == index
                selected[mask] = run(program, batch.select(mask))
        return selected

    def _program(self, interface: Interface, interfaces: Sequence[Interface]) -> Program | None:
        """The program for an interface's frames, compiled if it was not yet; None where it can't be."""
        key = _key(interface)
        if key not in self._programs:
            try:
                program = compile_filter(self.expression, interface.link_type, SNAP_LENGTH)
            except UsageError as error:
                if interface.link_type == interfaces[0].link_type:
                    raise
                self._programs[key] = None
                self.uncompiled[interface.link_type] = str(error)
            else:
                self._programs[key] = replace(program, families=_families(*key))
        return self._programs[key]


def _refuse_everywhere(expression: str) -> None:
    """Raise UsageError for an expression that no link type has a program for, such as one that does not parse."""
    for link_type in (link_types.RAW, IEEE802_11, link_types.ETHERNET):
        try:
            compile_filter(expression, link_type, SNAP_LENGTH)
        except UsageError:
            if link_type == link_types.ETHERNET:
                raise
        else:
            return


def _key(interface: Interface) -> Key:
    if interface.link_type in (link_types.NULL, ENC):
        return interface.link_type, interface.byte_order
    return interface.link_type, ">"


def _families(link_type: int, byte_order: str) -> dict[int, int] | None:
    """For `Program.families`: libpcap, compiling without the file at hand, expects the families of this machine, in its
    byte order, or in the network's for LOOP.
    """
    if link_type not in (link_types.NULL, link_types.LOOP, ENC):
        return None
    expected_order = ">" if link_type == link_types.LOOP or sys.byteorder == "big" else "<"
    known = {AF_INET: AF_INET} | dict.fromkeys(AF_INET6_OF_FILES, int(socket.AF_INET6))
    return {_word(family, byte_order): _word(expected, expected_order) for family, expected in known.items()}


def _word(family: int, byte_order: str) -> int:
    """The four bytes of a family in a byte order, as a big-endian number."""
    return int.from_bytes(struct.pack(byte_order + "I", family), "big")
