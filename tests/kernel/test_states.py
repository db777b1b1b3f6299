"""The states that the project says real connections to be in, beside those of the Linux kernel's own sockets."""

from tests.kernel.judged import Judged


def test_states(judged: Judged) -> None:
    """Each endpoint goes through the states that the kernel's socket goes through, and sends what it sends in them."""
    assert judged.states
    assert judged.state_differences() == []


def test_what_was_sent_again_is_known(judged: Judged) -> None:
    """The tracepoints tell of each segment that a host has counted as sent again, and each is a frame of its own."""
    for side, counters in judged.recorded.counters.items():
        assert len([resent for resent in judged.resent if resent.side == side]) == counters["RetransSegs"]


def test_every_reset_that_the_kernel_obeys_is_effective(judged: Judged) -> None:
    """The kernel's tracepoint of a reset that was received has a segment beside it that is said to have been one."""
    for side, obeyed in judged.resets_obeyed().items():
        assert len(obeyed) <= judged.effective_resets(side)
