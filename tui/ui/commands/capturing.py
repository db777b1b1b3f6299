"""Keys of a live capture: stop and start, our own SSH connection, giving up what there is."""

import time

from tui.ui.commands.base import Bench
from tui.ui.look.quantities import counted

CONFIRM_SECONDS = 3.0
"""Within this time a key that gives something up has to be pressed again."""


class Capturing(Bench):
    """Commands of the workbench."""

    _clear_until = 0.0
    """Until when (time.monotonic) the key has been asked to be pressed again."""

    def action_capture(self) -> None:
        """Stop capturing, or go on with it."""
        live = self.session.live
        if live is None:
            self.say("Only a live capture can be stopped: tcptui -i IFACE, or o")
        elif live.fault:
            self.say(f"The capture has ended for good: {live.fault}")
        elif self.session.finished:
            self.say("The capture is complete: it has all the frames that were asked for")
        elif live.wanted:
            live.stop()
            self.say("Capturing stopped; p goes on")
        else:
            live.start()
            self.say("Capturing goes on")

    def action_own_ssh(self) -> None:
        """Bring our own SSH connection back, or leave it out."""
        live = self.session.live
        if live is None:
            self.say("Only a live capture leaves our own SSH connection out")
        elif live.own_ssh is None:
            self.say("This terminal is not reached over SSH, so there is nothing to leave out")
        else:
            leave_out = not live.own_ssh_left_out
            live.set_own_ssh_left_out(leave_out)
            what = "left out" if leave_out else "captured"
            self.say(f"Our own SSH connection ({live.own_ssh}) is {what} from now on")

    def action_clear(self) -> None:
        """Give up all frames so far, once the key has been pressed twice."""
        frames = len(self.session.store) - self.session.store.start
        if self.session.live is None:
            self.say("Only a live capture can be cleared; the frames of a file stay in it")
        elif frames == 0:
            self.say("There is nothing to clear")
        elif time.monotonic() > self._clear_until:
            self._clear_until = time.monotonic() + CONFIRM_SECONDS
            self.say(f"X again clears {counted(frames, 'frame')}")
        else:
            self._clear_until = 0.0
            self.session.clear()
            for table in (self.connection_table, self.packet_table):
                table.follow(True)
            self.say(f"{counted(frames, 'frame')} cleared")
