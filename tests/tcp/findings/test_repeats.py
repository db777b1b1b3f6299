"""Segments sent again in connections that are ordinary otherwise: found at once as they are found one by one."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tcp.analysis.test_ordinary import prove_nothing
from tests.tcp.test_batches import answer
from tests.tcp.wire import MILLISECOND, OPEN, TALK, Packet, c, dialogue, read, s
from tui.tcp.analysis import analysis
from tui.tcp.findings import round_trips
from tui.tcp.findings.conversation import Conversation
from tui.tcp.findings.findings import Findings
from tui.tcp.findings.round_trips import after_sample, fold
from tui.tcp.rules.notes import Note

TIMES_MS = (0.01, 1, 15, 30, 60, 150, 350)
"""Between two segments: of a round trip, of a tail loss probe, of a timer."""


def repeating(seed: int) -> list[Packet]:
    """A connection whose endpoints send segments again that wait for their ACK, and now and then others."""
    random = Random(seed)
    isns = random.choice((1000, 2**32 - 50)), random.choice((5000, 2**32 - 30))
    senders = dialogue(*isns)
    packets = [senders[0]("S", 0), senders[1]("S.", 0, 1), senders[0](".", 1, 1)]
    number, acked = [1, 1], [1, 1]
    share = random.choice((0.05, 0.2, 0.4))
    for _ in range(random.randrange(1, 10)):
        side = random.randrange(2)
        own, sent = senders[side], list[Packet]()
        for _ in range(random.choice((1, 1, 2, 5))):
            sent.append(own("P.", number[side], number[1 - side], random.choice((2, 10, 100))))
            packets.append(sent[-1])
            number[side] += sent[-1].length
            packets += random.choices(sent, k=random.random() < share)
        upto = number[side] - (sent[-1].length if random.random() < 0.2 else 0)
        if upto > acked[side] and random.random() < 0.8:
            packets.append(senders[1 - side](".", number[1 - side], upto))
            acked[side] = upto
        packets += random.choices(sent, k=random.random() < share / 10)
    return _timed(packets, random)


def _timed(packets: Sequence[Packet], random: Random) -> list[Packet]:
    """The packets at other times, some of them with timestamps."""
    now, marked = 10**18, random.randrange(3)
    timed = []
    for packet in packets:
        now += int(random.choice(TIMES_MS) * MILLISECOND) - (random.randrange(200) == 0) * 10**8
        clock = (now // MILLISECOND % 2**32, 1) if marked and random.randrange(30) else None
        timed.append(replace(packet, time_ns=now, timestamps=clock))
    return timed


@given(st.integers(0, 2**32), st.lists(st.integers(0, 60), max_size=4))
@settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))
def test_the_rules_find_the_same_one_by_one(seed: int, cuts: list[int]) -> None:
    packets = repeating(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "prove", prove_nothing)
        expected = answer(read(packets))
    for session in (read(packets), read(packets, cuts=cuts), read(packets, batch_frames=1)):
        assert answer(session) == expected


def probing(*, back: bool) -> list[Packet]:
    """Round trips of several lengths, then a tail loss probe, and the same once more; `back`: time goes back first."""
    client, server = dialogue(1000, 5000)
    packets, now, number = list[Packet](), 10**18, 1

    def put(packet: Packet, wait_ms: int) -> None:
        nonlocal now
        now += wait_ms * MILLISECOND
        packets.append(replace(packet, time_ns=now, timestamps=(now // MILLISECOND % 2**32, 1)))

    put(client("S", 0), 0)
    put(server("S.", 0, 1), 40)
    put(client(".", 1, 1), 5)
    for round_trips_ms in ((30, 50, 90), (20, 80, 44)):
        for wait_ms in round_trips_ms:
            put(client("P.", number, 1, 100), -1 if back and number == 101 else 1)
            number += 100
            put(server(".", 1, number), wait_ms)
        put(client("P.", number, 1, 100), 3)
        put(client("P.", number, 1, 100), 140)
        number += 100
        put(server(".", 1, number), 45)
    return packets


@pytest.mark.parametrize("back", [False, True])
def test_what_was_before_the_first_repeat_counts_wherever_batches_are_cut(*, back: bool) -> None:
    packets = probing(back=back)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analysis, "prove", prove_nothing)
        expected = read(packets)
    probes = [expected.evidence.one(row, Note.TAIL_LOSS_PROBE) for row in (10, 19)]
    assert [probe.values[0] for probe in probes if probe] == [140 * MILLISECOND] * 2
    for cuts in ([9], [12], [12, 18], [5, 10, 15]):
        assert answer(read(packets, cuts=cuts)) == answer(expected)


AGAIN = [c("P.", 11, 21, 10), c("P.", 11, 21, 10, time_ns=10**18 + 10**9), s(".", 21, 21), c("P.", 21, 21, 10)]


def test_of_an_ordinary_connection_only_what_is_sent_again_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []
    monkeypatch.setattr(Conversation, "segment", lambda _, segment, *__: judged.append(segment.row))
    session = read([*OPEN, *TALK, *AGAIN])
    assert [entry.rows for entry in session.evidence.of(7)] == [(6,)]
    assert not judged


def test_what_is_sent_again_before_anything_is_acknowledged_is_judged_with_what_was_before() -> None:
    packets = [*OPEN, *TALK, *AGAIN[:2], c("P.", 21, 21, 10), c("P.", 21, 21, 10), c("P.", 11, 21, 10)]
    expected = answer(read(packets, batch_frames=1))
    assert answer(read(packets)) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Findings, "_followed", lambda _, runs, __: np.ones(len(runs.connection), np.bool_))
        assert answer(read(packets)) == expected


@pytest.mark.parametrize("few", [1, 3, 100])
def test_round_trips_of_many_endpoints_are_folded_as_those_of_one(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(round_trips, "FEW", few)
    random = np.random.default_rng(1)
    owner = np.repeat(np.arange(9), random.integers(0, 12, 9))
    samples = random.integers(-5, 1000, len(owner))
    first = np.array([[-1, -1, 7] * 3, [-1, -1, 40] * 3])
    found = fold(owner, np.arange(len(owner)), samples, first)
    known = [(int(least), int(smooth)) for least, smooth in first.T]
    for place, (one, sample) in enumerate(zip(owner.tolist(), samples.tolist(), strict=True)):
        known[one] = after_sample(*known[one], sample)
        assert tuple(found.told[:, place].tolist()) == known[one]
    assert [tuple(pair) for pair in found.last.T.tolist()] == known
    at = np.array([0, len(owner)])
    assert found.before(owner[[0, -1]], at).T.tolist() == [list(first.T[owner[0]]), list(known[owner[-1]])]
