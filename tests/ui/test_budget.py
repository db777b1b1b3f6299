"""What a slow line to the terminal bears."""

from tui.ui.terminal.budget import Budget


def test_bytes_for_long_stay_within_the_budget_and_a_page_goes_at_once() -> None:
    budget = Budget(bytes_a_second=1000, at_once=500)
    now, sent = 100.0, 0
    while now < 110:
        if budget.wait(now) == 0:
            budget.add(400)
            sent += 400
        now += 0.01
    assert 9_500 <= sent <= 10 * 1000 + 500 + 400


def test_after_too_much_it_says_how_long_to_wait_and_a_rest_is_not_saved_up() -> None:
    budget = Budget(bytes_a_second=1000, at_once=500)
    assert budget.wait(5.0) == 0
    budget.add(2500)
    assert budget.wait(5.0) == 2.0
    assert budget.wait(6.5) == 0.5
    assert budget.wait(60.0) == 0
    budget.add(1500)
    assert budget.wait(60.0) == 1.0
