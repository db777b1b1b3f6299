"""Endpoint pairs keep their slots, whatever their hashes are."""

import time
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tui.tcp.tracking.slots import SlotTable
from tui.tcp.tracking.tuples import Key, Pairs, TupleTable

hashes = st.one_of(st.integers(0, 40), st.integers(2**64 - 40, 2**64 - 1), st.integers(0, 2**64 - 1))
"""Many of them want the same place, at either end of the table."""


def find_or_add(table: SlotTable, values: Sequence[int], next_slot: int) -> list[int]:
    """The slots of hashes, new ones for those that have none."""
    wanted = np.array(values, np.uint64)
    slots = table.find(wanted)
    missing = np.flatnonzero(slots < 0)
    slots[missing], _ = table.add(wanted[missing], next_slot)
    return list(map(int, slots))


@given(st.lists(st.lists(hashes, max_size=60), max_size=12))
def test_each_hash_gets_a_slot_in_the_order_in_which_it_comes(batches: list[list[int]]) -> None:
    table, known = SlotTable(), dict[int, int]()
    for batch in batches:
        found = find_or_add(table, batch, len(known))
        assert found == [known.setdefault(value, len(known)) for value in batch]


def test_slots_stay_while_the_table_grows() -> None:
    table, values = SlotTable(), np.random.default_rng(1).integers(0, 2**64 - 1, 100_000, np.uint64)
    for start in range(0, len(values), 9_000):
        table.add(values[start : start + 9_000], start)
    assert table.find(values).tolist() == list(range(len(values)))
    assert table.find(values + np.uint64(1)).max() == -1


def pairs_of(keys: Sequence[Key]) -> Pairs:
    """Segments from the lower endpoints of these pairs."""
    lower_high, lower_low, upper_high, upper_low, ports = np.array(keys, np.uint64).reshape(-1, 5).T
    return Pairs(lower_high, lower_low, upper_high, upper_low, ports, np.zeros(len(keys), np.bool_))


def _one_hash(_: TupleTable, pairs: Pairs) -> NDArray[np.uint64]:
    return np.full(len(pairs.ports), 7, np.uint64)


def test_pairs_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TupleTable, "_hash", _one_hash)
    table = TupleTable()
    keys: list[Key] = [(0, host, 0, 99, 2 << 32 | port) for host in range(20) for port in (1, 2)]
    first = table.find(pairs_of(keys)).tolist()
    assert sorted(first) == list(range(len(keys)))
    assert table.find(pairs_of(keys[::-1])).tolist() == first[::-1]
    assert [table.find_key(key) for key in keys] == first
    assert [table.key(slot) for slot in first] == keys
    assert table.find_key((0, 0, 0, 99, 5)) is None


def _cost(keys: Sequence[Key]) -> float:
    costs = []
    for _ in range(3):
        table, pairs = TupleTable(), pairs_of(keys)
        start = time.process_time()
        table.find(pairs)
        table.find(pairs)
        costs.append(time.process_time() - start)
    return min(costs)


def test_addresses_and_ports_that_follow_a_pattern_cost_no_more_than_others() -> None:
    random = np.random.default_rng(2).integers(0, 2**63, (20_000, 5)).tolist()
    multiple = [(0, 0, 0, 0, host << 48) for host in range(20_000)]
    high_bits = [(host << 49, 0, 0, 0, host << 49) for host in range(20_000)]
    ordinary = _cost([tuple(key) for key in random])
    assert max(_cost(multiple), _cost(high_bits)) < 5 * ordinary
