"""A program that shows a fake session full of hostile text; started by the tests on a terminal of its own."""

import sys

from tests.ui.fakes import FakeCapture, FakeDamage, FakeSession, FakeViews
from tui.errors import InputError, UserError
from tui.ui import model
from tui.ui.app import run

HOSTILE = (
    "A\x1b[31;7;5mB\x1b]0;C\x07D\x9b31mE\x85F\u202eG\u2066H\u200bI\x00J\x7fK\r\nL\x1bcM"
    "[/]N[@click=app.quit]O[/]P[$accent]Q"
)
"""What a file or an interface may be named by someone who wants to take over the terminal."""


def main() -> None:
    """Run until the user leaves; `error` as an argument ends the reading with an error."""
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
    try:
        run(fake.session)
    except UserError as error:
        print(f"ended: {error}")
        sys.exit(error.exit_status)


if __name__ == "__main__":
    main()
