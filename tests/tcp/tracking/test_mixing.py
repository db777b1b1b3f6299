"""Hashes that nobody can make collide."""

from itertools import combinations

import numpy as np

from tui.tcp.tracking.mixing import mixed, new_secrets


def test_no_difference_of_a_bit_or_two_leads_to_one_that_is_known_without_the_secrets() -> None:
    bits = [1 << bit for bit in range(64)]
    differences = np.array([*bits, *(one | other for one, other in combinations(bits, 2))], np.uint64)
    value = np.uint64(7 << 32 | 9)
    found = []
    for _ in range(50):
        secrets = new_secrets(1)
        found.append(mixed([differences ^ value], secrets) ^ mixed([np.full_like(differences, value)], secrets))
    assert (np.array(found) != found[0]).any(axis=0).all()
