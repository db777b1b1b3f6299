"""Zeek's histories, of which each is kept once."""

import numpy as np
import pytest

from tui.tcp.tracking import histories, memo
from tui.tcp.tracking.histories import Histories


def add(kept: Histories, connections: list[int], letters: str) -> None:
    """Add a letter to each of some connections."""
    numbers = kept.numbers(np.array(connections))
    kept.put(
        np.array(connections), kept.with_letters(numbers, np.frombuffer(letters.encode(), np.uint8).astype(np.int64))
    )


def test_letters_stand_behind_each_other_and_some_only_once() -> None:
    kept = Histories()
    kept.extend_to(3)
    for letters in ("SSS", "hhR", "AaR", "AaT", "DdT"):
        add(kept, [0, 1, 2], letters)
    assert kept.of(np.arange(3)) == ["ShAD", "Shad", "SRRTT"]
    assert kept[1] == "Shad"


def test_histories_stay_when_those_that_nobody_has_are_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (histories, memo):
        monkeypatch.setattr(module, "LIMIT", 4)
    kept, expected = Histories(), [""] * 400
    kept.extend_to(len(expected))
    rng = np.random.default_rng(3)
    for _ in range(40):
        kept.forget_unused()
        chosen = np.unique(rng.integers(0, len(expected), 30))
        letters = "".join(rng.choice(list("SFR"), len(chosen)))
        add(kept, chosen.tolist(), letters)
        for connection, letter in zip(chosen.tolist(), letters, strict=True):
            expected[connection] += letter
    kept.forget_unused()
    assert kept.of(np.arange(len(expected))) == expected
    assert kept.numbers(np.array([-1])).tolist() == [kept.number("")]
