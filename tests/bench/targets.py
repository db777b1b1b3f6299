"""What tcptui shall reach, as ratios of figures that are measured in one run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.bench.captures import Capture
from tests.bench.measuring import Run

Place = tuple[str, str]
"""A capture and a tool, by name."""


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured."""

    captures: Mapping[str, Capture]
    runs: Mapping[Place, Run]


@dataclass(frozen=True, slots=True)
class Target:
    """One figure, and its limit."""

    name: str
    """By which it is chosen: that of its capture, or `memory`."""
    tool: str
    """What it is about: a tool, or what memory is spent on."""
    places: tuple[Place, ...]
    """What has to be measured for it."""
    figure: Callable[[Results], float]
    unit: str
    limit: float
    is_least: bool

    def reached(self, results: Results) -> bool:
        """Whether the figure keeps to the limit."""
        figure = self.figure(results)
        return figure >= self.limit if self.is_least else figure <= self.limit


def _speed(name: str, least: float, tool: str = "tcptui", other: str = "tshark") -> Target:
    """At least so many times as fast as another tool, by wall time."""

    def figure(results: Results) -> float:
        return results.runs[name, other].wall / results.runs[name, tool].wall

    return Target(name, tool, ((name, tool), (name, other)), figure, "x as fast as tshark", least, True)


def _time(name: str, most: float) -> Target:
    """At most so many times the wall time of the ordinary capture."""
    places = (name, "tcptui"), ("ordinary", "tcptui")

    def figure(results: Results) -> float:
        return results.runs[places[0]].wall / results.runs[places[1]].wall

    return Target(name, "tcptui", places, figure, "x the ordinary time", most, False)


def _cost(name: str, most: float) -> Target:
    """At most so many times the processor time that a packet of the ordinary capture costs."""
    places = (name, "tcptui"), ("ordinary", "tcptui")

    def figure(results: Results) -> float:
        cost, usual = (results.runs[place].cpu / results.captures[place[0]].packets for place in places)
        return cost / usual

    return Target(name, "tcptui", places, figure, "x the ordinary cost", most, False)


def _memory(of: str, most: float) -> Target:
    """At most so many bytes for each packet, or each connection, over what the program takes for an empty capture.

    Two captures have as many packets but not as many connections; each costs its packets and its connections, and
    both together give the share of one.
    """
    places = ("ordinary", "tcptui"), ("one-syn", "tcptui"), ("empty", "tcptui")

    def figure(results: Results) -> float:
        few, many = results.captures["ordinary"], results.captures["one-syn"]
        empty = results.runs[places[2]].peak_private
        of_few, of_many = (results.runs[place].peak_private - empty for place in places[:2])
        determinant = few.packets * many.connections - many.packets * few.connections
        if of == "a packet":
            return (of_few * many.connections - of_many * few.connections) / determinant
        return (of_many * few.packets - of_few * many.packets) / determinant

    return Target("memory", of, places, figure, "bytes", most, False)


HOSTILE = ("identical-syns", "identical-resets", "identical-data", "colliding-xor", "colliding-unseeded")
"""Captures that an attacker would make."""

TARGETS = (
    _speed("ordinary", 8),
    _speed("ordinary", 6, "tcptui, one core"),
    _speed("packets", 5, "tcptui, packets", "tshark, json"),
    _time("twice", 2.2),
    _speed("retransmissions", 5),
    _speed("one-connection", 8),
    _speed("one-syn", 2),
    _speed("ipv6-vlan", 6),
    *(_cost(name, 5) for name in HOSTILE),
    _memory("a packet", 160),
    _memory("a connection", 300),
)
