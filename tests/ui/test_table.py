"""The table itself, over rows that are as simple as can be."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp

from tests.ui.screen import shown_lines
from tui.ui.tables.cells import Cell, Span, fitted, text_of
from tui.ui.tables.columns import Column, arrange
from tui.ui.tables.table import Table


class Numbers:
    """Rows whose keys are a range of numbers; the tests change where it begins and ends."""

    def __init__(self, start: int, stop: int) -> None:
        self.start, self.stop = start, stop
        self.columns: Sequence[Column] = (
            Column("number", 8, 6, right=True),
            Column("parts", 12, 8, rank=1),
            Column("more", 90, 90, rank=2),
        )
        self.arrival_order = True

    def __len__(self) -> int:
        return self.stop - self.start

    def key(self, row: int) -> int:
        return self.start + row

    def find(self, key: int) -> int:
        return max(0, key - self.start)

    def cells(self, row: int) -> Sequence[Cell]:
        return [(str(self.key(row)), ""), (("S SA", "handshake"), (" ··· ", ""), ("FA", "teardown")), ("m" * 90, "")]

    def cells_of(self, rows: Sequence[int]) -> Sequence[Sequence[Cell]]:
        return [self.cells(row) for row in rows]

    def words_when_empty(self) -> str:
        return "Nothing is here so far.\nTry something else in the meantime, which is a line that is long."


class TableApp(App[None]):
    """One table."""

    def __init__(self, rows: Numbers) -> None:
        super().__init__()
        self.rows = rows
        self.table = Table(rows, "numbers")
        self.heard: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.focus()
        self.table.update_rows()

    def on_table_header_chosen(self, message: Table.HeaderChosen) -> None:
        self.heard.append(message.column)


@given(
    st.lists(st.tuples(st.text("ab日🙂…", max_size=6), st.sampled_from(["", "data"])), max_size=5),
    st.integers(0, 20),
    st.booleans(),
)
def test_a_cell_of_any_spans_takes_its_width_exactly(spans: list[Span], width: int, right: bool) -> None:
    pieces = [text for text, _ in fitted(tuple(spans), Column("", width, width, right=right), width)]
    shown = "".join(pieces)
    whole = "".join(text for text, _ in spans)
    assert cell_len(shown) == width
    if width and cell_len(whole) > width:
        assert shown.rstrip().endswith("…")
    elif width:
        assert shown.strip() == whole.strip()


def test_spans_keep_their_kinds_where_they_are_cut() -> None:
    cell = (("S SA A", "handshake"), (" ··· ", ""), ("F FA A", "teardown"))
    assert text_of(cell) == "S SA A ··· F FA A"
    assert list(fitted(cell, Column("", 0, 0), 13)) == [("S SA A", "handshake"), (" ··· ", ""), ("F…", "teardown")]


async def test_a_column_is_chosen_copied_and_left_with_escape() -> None:
    app = TableApp(Numbers(7, 20))
    async with app.run_test(size=(60, 10)) as pilot:
        table = app.table
        await pilot.press("left")
        assert table.column is None
        assert table.copy_text(table.column) == f"7\tS SA ··· FA\t{'m' * 90}"
        await pilot.press("right", "right", "right", "j")
        assert table.column == 1, "only columns that are shown are chosen"
        assert table.copy_text(table.column) == "S SA ··· FA"
        assert table.copy_text(0) == "8"
        await pilot.press("left", "left")
        assert table.column is None, "left of the first column none is chosen"
        await pilot.press("right", "escape")
        assert table.column is None


async def test_a_column_that_has_no_room_any_more_is_not_chosen_any_more() -> None:
    app = TableApp(Numbers(7, 20))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.press("right", "right")
        assert app.table.column == 1
        await pilot.resize_terminal(10, 10)
        await pilot.pause()
        assert app.table.column is None


async def test_a_click_on_a_title_tells_the_column() -> None:
    app = TableApp(Numbers(0, 50))
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.click(app.table, offset=(3, 1 if app.table.styles.border_top[0] else 0))
        await pilot.click(app.table, offset=(12, 1 if app.table.styles.border_top[0] else 0))
        assert app.heard == [0, 1]
        assert app.table.cursor == 0


async def test_the_cursor_stays_with_its_row_and_then_goes_to_the_oldest() -> None:
    app = TableApp(Numbers(0, 50))
    async with app.run_test(size=(60, 10)) as pilot:
        table = app.table
        table.move_to(30)
        await pilot.pause()
        line = shown_lines(pilot).index(next(line for line in shown_lines(pilot) if "  30 " in line))
        app.rows.start = 20
        table.update_rows()
        await pilot.pause()
        assert (table.key, table.cursor) == (30, 10)
        assert "  30 " in shown_lines(pilot)[line], "the rows in sight have not moved"
        app.rows.start = 40
        table.update_rows()
        await pilot.pause()
        assert (table.key, table.cursor) == (40, 0)
        app.rows.start = app.rows.stop
        table.update_rows()
        await pilot.pause()
        assert table.key is None
        assert any("Nothing is here" in line for line in shown_lines(pilot))


async def test_the_words_of_an_empty_table_are_broken_into_lines() -> None:
    app = TableApp(Numbers(0, 0))
    async with app.run_test(size=(30, 12)) as pilot:
        await pilot.pause()
        text = [line.strip() for line in shown_lines(pilot)]
        assert "Nothing is here so far." in text
        assert not any("…" in line for line in text)
        assert text[-1] == "" or "that is long." in " ".join(text)


async def test_following_keeps_the_last_row_until_the_cursor_goes_up() -> None:
    app = TableApp(Numbers(0, 50))
    async with app.run_test(size=(60, 10)) as pilot:
        table = app.table

        def more() -> int:
            app.rows.stop += 5
            table.update_rows()
            return table.cursor

        assert more() == 0, "a file is not followed"
        await pilot.press("G")
        assert more() == 54
        table.may_follow = True
        await pilot.press("G")
        assert more() == 64
        await pilot.press("k")
        assert more() == 63
        await pilot.press("G")
        assert more() == 74
        table.follow(False)
        assert more() == 74
        app.rows.arrival_order = False
        table.follow(True)
        assert more() == 74, "where new rows may stand anywhere there is nothing to follow"


async def test_looking_back_with_the_wheel_ends_following() -> None:
    app = TableApp(Numbers(0, 50))
    async with app.run_test(size=(60, 10)) as pilot:
        table = app.table
        table.may_follow = True
        await pilot.press("G")
        assert table.following
        place = {"widget": table, "x": 5, "y": 5, "delta_x": 0, "delta_y": 0, "button": 0}
        table.post_message(MouseScrollUp(**place, shift=False, meta=False, ctrl=False))  # type: ignore[arg-type]
        await pilot.pause()
        top = table.scroll_offset.y
        app.rows.stop += 100
        table.update_rows()
        assert not table.following
        assert (table.cursor, table.scroll_offset.y) == (49, top)


def test_a_rank_without_room_leaves_it_to_a_narrower_one_behind() -> None:
    columns = [Column("a", 5, 5), Column("b", 30, 30, rank=1), Column("c", 6, 4, rank=2), Column("d", 9, 9, rank=1)]
    assert arrange(columns, 20) == [(0, 5), (2, 6)]
    assert arrange(columns, 46) == [(0, 5), (1, 30), (3, 9)]


@pytest.mark.parametrize(("room", "widths"), [(11, [5, 5]), (12, [5, 6]), (13, [6, 6]), (30, [6, 23])])
def test_columns_that_lack_the_same_grow_alike(room: int, widths: list[int]) -> None:
    columns = [Column("a", 6, 5), Column("b", 6, 5, flexible=True)]
    assert [width for _, width in arrange(columns, room)] == widths


async def test_a_jump_leaves_a_third_of_the_page_on_each_side_as_far_as_there_are_rows() -> None:
    app = TableApp(Numbers(0, 100))
    async with app.run_test(size=(40, 31)) as pilot:
        await pilot.pause()
        table = app.table
        lines = table.lines
        for row, top in (
            (lines - 1, lines // 3),
            (50, 50 - lines + 1 + lines // 3),
            (45, 50 - lines + 1 + lines // 3),
            (20, 20 - lines // 3),
            (1, 0),
            (99, 100 - lines),
        ):
            table.jump_to(row)
            assert (table.cursor, round(table.scroll_offset.y)) == (row, top)
        table.move_to(100 - lines)
        assert round(table.scroll_offset.y) == 100 - lines, "a step scrolls no more than it has to"
