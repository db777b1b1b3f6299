"""Memory that was used for a while and is not needed any more."""

import ctypes


def give_back() -> None:
    """Give freed memory back to the system, where the C library keeps it and can be asked to (glibc's malloc_trim).

    What following a batch of frames takes, some 20 MB, would stay with the process otherwise.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return
    trim(0)
