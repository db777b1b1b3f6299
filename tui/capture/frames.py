"""What is handed on between the interfaces and the files."""

import operator

Frame = tuple[int, int, int, bytes]
"""Microseconds since the epoch, number of the interface in the capture, bytes on the wire, bytes captured."""

frame_time = operator.itemgetter(0)
"""The microseconds of a frame, to sort by."""

BLOCK_TIMEOUT = 20
"""Milliseconds after which the kernel hands over a block of frames that is not full."""
