"""A program that shows a fake session full of hostile text; started by the tests on a terminal of its own."""

import sys

from tests.ui.fakes import FakeCapture, FakeDamage, FakeSession, FakeViews
from tui.errors import InputError, UserError
from tui.ui import model
from tui.ui.app import run
from tui.ui.tables.table import Table

HOSTILE = (
    "A\x1b[31;7;5mB\x1b]0;C\x07D\x9b31mE\x85F\u202eG\u2066H\u200bI\x00J\x7fK\r\nL\x1bcM"
    "[/]N[@click=app.quit]O[/]P[$accent]Q"
)
"""What a file or an interface may be named by someone who wants to take over the terminal."""


def crash(table: Table, rows: int) -> None:
    """Stands in for a key of the tables."""
    raise RuntimeError("a defect")


def main() -> None:
    """Run until the user leaves; `error` as an argument ends the reading with an error, `crash` breaks a key."""
    setattr(model, "views", FakeViews)  # noqa: B010 - an assignment would have to be a module
    fake = FakeSession(
        rows=500,
        capture=FakeCapture(name=HOSTILE, damage=FakeDamage(7, HOSTILE)),
        interface=HOSTILE,
        protocol=HOSTILE,
    )
    if "error" in sys.argv:
        fake.error = InputError("the disk is gone")
        fake.step.release()
    else:
        fake.ending = True
    if "crash" in sys.argv:
        setattr(Table, "action_step", crash)  # noqa: B010 - an assignment would have to be a method of its own
    try:
        run(fake.session)
    except UserError as error:
        print(f"ended: {error}")
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
