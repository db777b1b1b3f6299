"""Times as texts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tui.views.amounts import time_span
from tui.views.time_spans import time_spans

NEAR_A_TIE = st.builds(
    lambda digits, scale, off: (digits + 0.5) * 10.0**scale * (1 + off),
    st.integers(0, 1000),
    st.integers(-7, 1),
    st.sampled_from([0.0, 1e-16, -1e-16, 1e-9, -1e-9]),
)
NANOSECONDS = st.integers(0, 10**13).map(lambda time: time / 1e9)


@given(st.lists(st.one_of(st.floats(-1, 1e8), NEAR_A_TIE, NANOSECONDS), min_size=1, max_size=50))
def test_many_times_are_told_as_each_one_is(seconds: list[float]) -> None:
    many = seconds * 50
    assert time_spans(np.array(many)) == [time_span(time) for time in many]
