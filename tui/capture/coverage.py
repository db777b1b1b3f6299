"""Which interfaces a capture covers, and what becomes of them: they go down, vanish, come back, or are new."""

import math

from tui.capture.devices import Device, ReadError, Received, Settings, check_filter
from tui.capture.link_state import interface_index, interfaces_that_are_up, is_up
from tui.capture.protocol import CaptureError

FIRST_DELAY = 0.05
"""Seconds until an interface that was lost is looked at again; it doubles each time."""

LONGEST_DELAY = 1.0
"""Seconds between two looks at interfaces at most."""

LEAST_BUFFER = 1024
"""KiB that an interface gets where many share a buffer: four of libpcap's blocks."""

IS_DOWN = "is down"


class Coverage:
    """The interfaces of a capture."""

    def __init__(self, settings: Settings) -> None:
        self.devices: dict[str, Device] = {}
        """Those that are open, by name."""
        self.waiting: dict[str, str] = {}
        """Those that give nothing now, and why."""
        self.next_check = math.inf
        """When to call `check`, in seconds of the monotonic clock."""
        self._settings = settings
        self._closed = Received()
        """Counters of devices that were closed."""

    def open(self) -> None:
        """Open what can be opened. Raises CaptureError, nothing being open then."""
        raise NotImplementedError

    def check(self, now: float) -> None:
        """Look at the interfaces again: open what is new or back, close what is gone."""
        raise NotImplementedError

    def lost(self, device: Device, error: ReadError, now: float) -> None:
        """A device could not be read."""
        raise NotImplementedError

    def received(self) -> Received:
        """The counters of all devices, also of those that were closed."""
        return sum((device.counters() for device in self.devices.values()), self._closed)

    def set_filter(self, expression: str) -> None:
        """Replace the filter of all devices. Raises CaptureError, the old one being in force everywhere then."""
        if not self.devices:
            check_filter(expression)
        changed: list[Device] = []
        try:
            for device in self.devices.values():
                device.set_filter(expression)
                changed.append(device)
        except CaptureError:
            for device in changed:
                device.set_filter(self._settings.filter)
            raise
        self._settings.filter = expression

    def close(self) -> None:
        """Close every device."""
        for device in list(self.devices.values()):
            self._close(device)

    def _close(self, device: Device) -> None:
        self._closed += device.counters()
        del self.devices[device.name]
        device.close()


class NamedInterfaces(Coverage):
    """Interfaces that were asked for by name: they exist in the beginning, and are waited for when they are gone."""

    def __init__(self, names: tuple[str, ...], settings: Settings) -> None:
        super().__init__(settings)
        self._names = names
        self._delay = FIRST_DELAY

    def open(self) -> None:
        """Open those that are up. Raises CaptureError: one is unknown or can't be opened, or the filter is wrong."""
        missing = [name for name in self._names if interface_index(name) is None]
        if missing:
            raise CaptureError("no-interface", f"{', '.join(missing)}: no such interface")
        try:
            for name in self._names:
                self._open(name)
            if not self.devices:
                check_filter(self._settings.filter)
        except CaptureError:
            self.close()
            raise
        if self.waiting:
            self.next_check = 0

    def check(self, now: float) -> None:
        """Look at those that are waited for; later and later where nothing has changed."""
        for name in list(self.waiting):
            self._look_at(name)
        self._delay = min(self._delay * 2, LONGEST_DELAY)
        self.next_check = now + self._delay if self.waiting else math.inf

    def lost(self, device: Device, error: ReadError, now: float) -> None:
        """Wait for it. The device of an interface that only went down goes on by itself when that is up again."""
        self.waiting[device.name] = IS_DOWN if error.went_down else str(error)
        if not error.went_down:
            self._close(device)
        self._delay = FIRST_DELAY
        self.next_check = now + FIRST_DELAY

    def _look_at(self, name: str) -> None:
        device = self.devices.get(name)
        index = interface_index(name)
        if device and device.index != index:
            self._close(device)
            device = None
        if index is None:
            self.waiting[name] = "does not exist any more"
        elif device and is_up(name):
            del self.waiting[name]
        else:
            try:
                self._open(name)
            except CaptureError as error:
                self.waiting[name] = error.reason

    def _open(self, name: str) -> None:
        if not is_up(name):
            self.waiting[name] = IS_DOWN
            return
        self.devices[name] = Device(name, self._settings)
        self.waiting.pop(name, None)


class EveryInterface(Coverage):
    """All interfaces that are up, whichever these are at the time; each has a device, so that frames tell theirs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._refused: dict[str, int] = {}
        """The kernel's number of those that can't be opened."""

    def open(self) -> None:
        """Open all. Raises CaptureError where there are some, and none can be opened, or the filter is wrong."""
        up = interfaces_that_are_up()
        self._settings.buffer_kib = max(self._settings.buffer_kib // max(len(up), 1), LEAST_BUFFER)
        refusals = self._open_new(up)
        if not self.devices:
            check_filter(self._settings.filter)
            if refusals:
                raise refusals[0]
        self._looked(0)

    def check(self, now: float) -> None:
        """Look for interfaces that came and went."""
        up = interfaces_that_are_up()
        for device in list(self.devices.values()):
            if up.get(device.name) != device.index:
                self._close(device)
        for name, index in list(self._refused.items()):
            if up.get(name) != index:
                del self._refused[name], self.waiting[name]
        self._open_new(up)
        self._looked(now)

    def lost(self, device: Device, error: ReadError, now: float) -> None:
        """The next look, which is soon, closes what is down, and opens again what failed otherwise."""
        if not error.went_down:
            self._close(device)
        self.next_check = now + FIRST_DELAY

    def _open_new(self, up: dict[str, int]) -> list[CaptureError]:
        """Open what is not open yet; why some could not be."""
        refusals: list[CaptureError] = []
        for name, index in up.items():
            if name in self.devices or name in self._refused:
                continue
            try:
                self.devices[name] = Device(name, self._settings)
            except CaptureError as error:
                refusals.append(error)
                self._refused[name] = index
                self.waiting[name] = error.reason
        return refusals

    def _looked(self, now: float) -> None:
        self.waiting.pop("any", None)
        if not self.devices:
            self.waiting["any"] = "no interface is up"
        self.next_check = now + LONGEST_DELAY
