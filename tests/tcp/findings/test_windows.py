"""Windows that are full, closed and opened again, and probes of them and of life."""

from tests.tcp.findings.finding import Clock, notes
from tests.tcp.wire import OPEN, TALK, c, s
from tui.tcp.rules.notes import Note

HALVES = (0.02, 40.0)
MS = 1_000_000


def closed(clock: Clock, window: int = 2000) -> int:
    """The server fills the client's window, and the client closes it; returns the place of that segment."""
    clock.send("c", 0.1, ".", 1, 1, window=window)
    clock.send("s", 20, ".", 1, 1, window)
    return clock.send("c", 0.1, ".", 1, 1 + window, window=0)


def test_a_window_filled_closed_and_opened_again() -> None:
    clock = Clock(*HALVES, scale=0)
    row = closed(clock)
    opened = clock.send("c", 500, ".", 1, 2001, window=4000)
    assert clock.notes() == {
        row - 2: "window-update",
        row - 1: "window-full",
        row: "zero-window",
        opened: "window-update",
    }
    assert clock.proof(row - 1, Note.WINDOW_FULL)[1:3] == ((row - 2,), {"window": 2000})
    assert clock.proof(row, Note.ZERO_WINDOW)[1:3] == ((opened,), {"closed_ns": 500 * MS})
    assert clock.proof(opened, Note.WINDOW_UPDATE)[1:3] == ((row,), {"before": 0, "after": 4000})


def test_a_window_that_stays_closed() -> None:
    clock = Clock(*HALVES, scale=0)
    row = closed(clock)
    assert clock.proof(row, Note.ZERO_WINDOW)[1:3] == ((), {"closed_ns": -1})


def test_without_a_known_scale_no_window_is_full() -> None:
    packets = [c(".", 1, 1, window=10), s("P.", 1, 1, 10), c(".", 1, 11, window=10)]
    assert notes(packets) == ["", "", ""]


def test_probes_of_linux_have_no_byte_and_are_no_keep_alives() -> None:
    clock = Clock(*HALVES, scale=0)
    row = closed(clock)
    probe = clock.send("s", 200, ".", 2000, 1)
    answer = clock.send("c", 0.1, ".", 1, 2001, window=0)
    found = clock.notes()
    assert (found[probe], found[answer]) == ("zero-window-probe", "zero-window zero-window-answer")
    assert clock.proof(probe, Note.ZERO_WINDOW_PROBE).rows == (row,)
    assert clock.proof(answer, Note.ZERO_WINDOW_ANSWER).rows == (probe,)


def test_probes_with_a_byte_of_new_data() -> None:
    clock = Clock(*HALVES, scale=0)
    closed(clock)
    probes = [clock.send("s", 300, ".", 2001, 1, 1), clock.send("s", 600, ".", 2001, 1, 1)]
    clock.send("c", 0.1, ".", 1, 2001, window=4000)
    data = clock.send("s", 20, ".", 2001, 1, 1000)
    clock.send("c", 0.1, ".", 1, 3001, window=3000)
    found = clock.notes()
    assert [found[probe] for probe in probes] == ["zero-window-probe"] * 2
    assert data not in found


def test_a_probes_byte_that_is_taken_is_no_gap() -> None:
    clock = Clock(*HALVES, scale=0)
    closed(clock)
    clock.send("s", 300, ".", 2001, 1, 1)
    taken = clock.send("c", 0.1, ".", 1, 2002, window=4000)
    data = clock.send("s", 20, ".", 2002, 1, 1000)
    assert not {taken, data} & clock.notes().keys()


def test_data_sent_again_into_a_closed_window_is_a_probe_too() -> None:
    clock = Clock(*HALVES, scale=0)
    clock.send("s", 20, ".", 1, 1, 1000)
    clock.send("c", 0.1, ".", 1, 1, window=0)
    again = clock.send("s", 300, ".", 1, 1, 1000)
    assert clock.notes()[again] == "retransmission zero-window-probe"


def test_a_keep_alive_and_its_answer() -> None:
    packets = [*OPEN, *TALK, c(".", 10, 21), s(".", 21, 11), s(".", 20, 11), c(".", 11, 21)]
    assert notes(packets, 6) == ["keep-alive", "keep-alive-answer"] * 2


def test_keep_alives_that_nobody_answers() -> None:
    clock = Clock(*HALVES)
    clock.send("s", 20, "P.", 1, 1, 100)
    clock.send("c", 0.1, ".", 1, 101)
    rows = [clock.send("s", 10_000, ".", 100, 1, length) for length in (0, 1, 0)]
    assert clock.notes() == dict.fromkeys(rows, "keep-alive")
    assert clock.proof(rows[1], Note.KEEP_ALIVE).values == {"idle_ns": 10_000 * MS}


def test_a_byte_that_is_not_acknowledged_is_no_keep_alive() -> None:
    packets = [*OPEN, c("P.", 1, 1, 1), c("P.", 1, 1, 1, time_ns=10**18 + 300 * MS)]
    assert notes(packets, 4) == ["retransmission"]


def test_duplicate_acks_need_something_outstanding_and_the_same_window() -> None:
    outstanding = [*OPEN, s("P.", 1, 1, 10), s("P.", 11, 1, 10), c(".", 1, 11)]
    assert notes([*outstanding, c(".", 1, 11)], 6) == ["duplicate-ack"]
    assert notes([*outstanding, c(".", 1, 11, window=5000)], 6) == ["window-update"]
    assert notes([*outstanding, c("P.", 1, 11, 5)], 6) == [""]
    assert notes([*outstanding, c(".", 1, 21), c(".", 1, 21)], 6) == ["", ""]
    assert notes([*outstanding, c(".", 1, 11, window=0), c(".", 1, 11, window=0)], 7) == ["zero-window"]


def test_a_report_of_something_new_counts_whatever_the_window() -> None:
    outstanding = [*OPEN, s("P.", 1, 1, 10), s("P.", 11, 1, 10), s("P.", 21, 1, 10), c(".", 1, 11)]
    assert notes([*outstanding, c(".", 1, 11, window=5000, sack=((21, 31),))], 7) == ["duplicate-ack"]


def test_payload_that_is_longer_than_the_peers_mss_was_merged() -> None:
    packets = [c("S", 0, mss=1400), s("S.", 0, 1, mss=1460), c(".", 1, 1), s(".", 1, 1, 1400), s(".", 1401, 1, 2800)]
    assert notes(packets) == ["", "", "", "", "offload-merged"]
