"""Columns on screens of every width."""

from itertools import product

import pytest
from rich.cells import cell_len

from tui.ui.tables.columns import GAP, Column, arrange, fit, fit_end
from tui.ui.tables.connection_cells import COLUMNS, COLUMNS_WITHOUT_PROBLEMS, PROBLEMS_PLACE
from tui.ui.tables.packets import frame_columns

ALL_COLUMNS = frame_columns(True, "relative", False, 8, 5, 2)
NARROWED_COLUMNS = frame_columns(False, "relative", False, 8, 5, 2)


@pytest.mark.parametrize("columns", [COLUMNS, ALL_COLUMNS, NARROWED_COLUMNS])
def test_columns_never_need_more_than_there_is(columns: tuple[Column, ...]) -> None:
    for room in range(50, 200):
        widths = [width for _, width in arrange(columns, room)]
        assert sum(widths) + GAP * (len(widths) - 1) <= room


def test_wide_screens_show_every_column_and_leave_nothing_unused() -> None:
    placed = arrange(ALL_COLUMNS, 180)
    assert [i for i, _ in placed] == list(range(len(ALL_COLUMNS)))
    assert sum(width for _, width in placed) + GAP * (len(placed) - 1) == 180


def test_eighty_columns_keep_role_states_and_connection() -> None:
    titles = [ALL_COLUMNS[i].title for i, _ in arrange(ALL_COLUMNS, 79)]
    assert {"frame", "#", "flags", "role", "client state", "server state"} <= set(titles)


def test_from_a_hundred_columns_on_the_first_problem_moves_nothing_and_has_room_for_a_word() -> None:
    for room in range(100, 240):
        placed = arrange(COLUMNS, room)
        assert placed == arrange(COLUMNS_WITHOUT_PROBLEMS, room)
        assert dict(placed)[PROBLEMS_PLACE] == cell_len("‼ 298 · resent")


@pytest.mark.parametrize("columns", [COLUMNS, ALL_COLUMNS, NARROWED_COLUMNS])
def test_titles_fit_their_narrowest_columns(columns: tuple[Column, ...]) -> None:
    for column in columns:
        assert cell_len(column.title) <= column.minimum <= column.width


@pytest.mark.parametrize("text", ["", "abc", "abcdefgh", "日本語テキスト", "a日本語", "🙂🙂🙂", "→ ESTABLISHED"])
def test_a_value_takes_its_width_exactly_and_is_never_cut_in_silence(text: str) -> None:
    for width, right in product(range(10), [False, True]):
        fitted = fit(text, width, right)
        assert cell_len(fitted) == width
        if width and cell_len(text) > width:
            assert fitted.endswith("…")
        elif width:
            assert fitted.strip() == text.strip()


def test_a_path_keeps_its_end() -> None:
    assert fit_end("/captures/message.pcap", 13) == "…message.pcap"
    assert fit_end("message.pcap", 12) == "message.pcap"
    assert cell_len(fit_end("/日本語/日本語.pcap", 8)) <= 8
    assert fit_end("message.pcap", 0) == ""
