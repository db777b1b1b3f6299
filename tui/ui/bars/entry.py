"""A field to type in, of one line and without a frame."""

import re

from textual import events
from textual.suggester import Suggester
from textual.widgets import Input

from tui.text import printable

PLAIN_TEXT = r"[^\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*"
"""What may be typed or pasted into an entry: nothing that would steer the terminal."""


class Entry(Input):
    """Takes nothing that would steer the terminal."""

    def __init__(self, identity: str, placeholder: str = "", suggester: Suggester | None = None) -> None:
        super().__init__(
            id=identity,
            placeholder=placeholder,
            suggester=suggester,
            restrict=PLAIN_TEXT,
            compact=True,
            select_on_focus=False,
        )

    def validate_value(self, value: str) -> str:
        """What is put in by the program is as harmless as what is typed."""
        return value if re.fullmatch(PLAIN_TEXT, value) else printable(value)

    async def _on_key(self, event: events.Key) -> None:
        """Obey the entry's own keys at once: what is typed right after one must not come before it.

        Textual would look for them only when the event has gone through the queues of all widgets around the entry.
        """
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
