"""The segments that the project takes for sent again, beside those that the Linux kernel has sent again."""

from tests.kernel.judged import Judged


def test_what_was_sent_again_is_found(judged: Judged) -> None:
    """Every segment that the kernel has sent again is called a retransmission, and no other."""
    assert judged.retransmission_differences() == []
