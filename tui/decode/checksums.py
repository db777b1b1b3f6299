"""What TCP checksums (RFC 9293 section 3.1, RFC 1071) tell of many segments at once.

An Internet checksum is a sum in ones' complement of 16 bits, in which numbers are equal that leave the same remainder
by 65535. As 2^16 leaves 1, words of any even number of bytes may be added, and as 2^8 swaps the bytes, a sum of words
that begin at the wrong byte is made right by multiplying.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import CHECKSUM_BAD, CHECKSUM_OFFLOADED

ONES_COMPLEMENT = np.uint64(0xFFFF)
"""What sums are taken modulo."""

TCP = 6
"""IP protocol number, a summand of the pseudo-header."""

WORD = np.dtype("<u4")
INSIDE_HEAD = np.array([0, 0xFFFFFF00, 0xFFFF0000, 0xFF000000], WORD)
"""By the place in a word where a segment begins: its bytes of that word; none where it begins with the next."""
INSIDE_TAIL = np.array([0, 0x000000FF, 0x0000FFFF, 0x00FFFFFF], WORD)
"""By the place in a word where a segment has ended: its bytes of that word."""


@dataclass(slots=True)
class ChecksummedSegments:
    """What is needed of n segments to judge their checksums."""

    begin: NDArray[np.int64]
    """Index of the TCP header in the buffer."""
    length: NDArray[np.int64]
    """Bytes of TCP header and payload on the wire."""
    addresses: NDArray[np.uint64]
    """The sum of the source's and the destination's 32-bit words."""
    checksum: NDArray[np.uint16]
    verifiable: NDArray[np.bool_]
    """Whether the segment is there in full, its length is certain and the addresses are those of its two ends."""
    fragmented: NDArray[np.bool_]


def checksum_states(data: NDArray[np.uint8], segments: ChecksummedSegments) -> NDArray[np.uint8]:
    """CHECKSUM_UNKNOWN, CHECKSUM_OFFLOADED or CHECKSUM_BAD for each of n segments, whose bytes are in `data`.

    A network card that is to complete a checksum finds the sum of the pseudo-header in its place. Of a segment that
    can't be verified the sum alone tells so: one in 65536 of them has it by chance.
    """
    states = np.zeros(len(segments.begin), np.uint8)
    pseudo_header = segments.addresses + segments.length.astype(np.uint64)
    pseudo_header += np.uint64(TCP)
    right = _are_right(data, segments, pseudo_header)
    in_doubt = np.flatnonzero(~right & ~segments.fragmented)
    if not len(in_doubt):
        return states
    pseudo_header, stored = pseudo_header[in_doubt], segments.checksum[in_doubt]
    verifiable = segments.verifiable[in_doubt]
    offloaded = _folded(pseudo_header) == stored
    without_length = _folded(pseudo_header - segments.length[in_doubt].astype(np.uint64)) == stored
    offloaded |= verifiable & without_length
    states[in_doubt[verifiable]] = CHECKSUM_BAD
    states[in_doubt[offloaded]] = CHECKSUM_OFFLOADED
    return states


def _are_right(
    data: NDArray[np.uint8], segments: ChecksummedSegments, pseudo_header: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Whether each segment is verifiable and its checksum right."""
    rows = np.flatnonzero(segments.verifiable)
    if len(rows) == len(segments.begin):
        sums = sums_of_words(data, segments.begin, segments.begin + segments.length)
        sums += pseudo_header
        right: NDArray[np.bool_] = sums % ONES_COMPLEMENT == 0
        return right
    right = np.zeros(len(segments.begin), np.bool_)
    if len(rows):
        begin = segments.begin[rows]
        sums = sums_of_words(data, begin, begin + segments.length[rows])
        right[rows] = (sums + pseudo_header[rows]) % ONES_COMPLEMENT == 0
    return right


def sums_of_words(data: NDArray[np.uint8], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The sum of big-endian 16-bit words from `begin` to `end`, a last odd byte filled up with 0; modulo 65535.

    Each range is at least four bytes long, and four bytes follow it. It is fast where they ascend with short gaps.

    Aligned 32-bit words are added as they lie, little-endian: the bytes of their halves are the wrong way round where
    a range begins at an even byte, and right where it begins at an odd one.
    """
    inner = np.empty((len(begin), 2), np.int64)
    np.right_shift(begin + 3, 2, out=inner[:, 0])
    np.right_shift(end, 2, out=inner[:, 1])
    words = data[: (int(inner[:, 1].max()) + 1) * WORD.itemsize].view(WORD)
    sums: NDArray[np.uint64] = np.add.reduceat(words, inner.ravel(), dtype=np.uint64)[::2].copy()
    sums[inner[:, 0] == inner[:, 1]] = 0
    sums += words[inner[:, 0] - 1] & INSIDE_HEAD[begin & 3]
    sums += words[inner[:, 1]] & INSIDE_TAIL[end & 3]
    sums *= np.where(begin & 1, np.uint64(1), np.uint64(256))
    return sums


def _folded(sums: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Sums that are not 0, as ones' complement has them in 16 bits: 1 to 65535."""
    one = np.uint64(1)
    return (sums - one) % ONES_COMPLEMENT + one
