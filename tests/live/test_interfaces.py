"""Interfaces as they are found in network namespaces of their own, which end with the process that made them."""

import ast
import json
import shutil
import subprocess
import sys
from typing import Any

import pytest
from rich.cells import cell_len

from tests.live.requirements import needs_root
from tests.program import PATIENCE, PROJECT

pytestmark = needs_root

TELL = """
import json
from dataclasses import asdict
from tui.live.interfaces import default_interface, interface_lines, interface_named, interfaces
print(json.dumps({
    "interfaces": {info.name: asdict(info) | {"state": info.state} for info in interfaces()},
    "default": default_interface(),
    "lines": interface_lines(),
    "named": {word: interface_named(word) for word in ("1", "2", "3", "99", "0", "lo", "any", "7up")},
}))
"""


def told_after(*commands: str) -> dict[str, Any]:
    """What is found in a new network namespace after commands of ip(8)."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("needs unshare and ip, of the Debian packages util-linux and iproute2")
    batch = subprocess.run(
        ["unshare", "--net", "sh", "-c", 'ip -batch - && exec "$0" -c "$1"', sys.executable, TELL],
        input="\n".join([*commands, "link show lo"]).encode(),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        cwd=PROJECT,
    )
    assert batch.returncode == 0, batch.stderr.decode()
    told: dict[str, Any] = json.loads(batch.stdout.splitlines()[-1])
    return told


def test_addresses_state_and_order() -> None:
    told = told_after(
        "link set lo up",
        "link add cable type veth peer name plug",  # the other end stays down, so that there is no link
        "link set cable up",
        "link add quiet type ifb",
        "link add busy type veth peer name far",
        "link set far up",
        "link set busy address 02:00:00:00:00:07 mtu 1400 up",
        "address add 2001:db8::7/64 dev busy nodad",
        "address add fe80::7/64 dev busy nodad",
        "address add 192.0.2.7/24 dev busy",
        "route add default via 192.0.2.9",
    )
    found = told["interfaces"]
    busy = found["busy"]
    assert busy["addresses"][:2] == ["192.0.2.7", "2001:db8::7"]
    assert "fe80::7" in busy["addresses"][2:]
    assert (busy["mac"], busy["mtu"], busy["up"], busy["running"]) == ("02:00:00:00:00:07", 1400, True, True)
    assert {name: info["state"] for name, info in found.items()} == {
        "busy": "up, default",
        "lo": "up, loopback",
        "cable": "no link",
        "quiet": "down",
        "plug": "down",
        "far": "up",
    }
    assert list(found)[:3] == ["busy", "far", "lo"]
    assert found["lo"]["index"] == 1
    assert found["lo"]["loopback"]
    assert "127.0.0.1" in found["lo"]["addresses"]


def test_numbers_name_the_lines() -> None:
    told = told_after("link set lo up", "link add busy type ifb", "link set busy up")
    assert told["named"] == {
        "1": "busy",
        "2": "lo",
        "3": "any",
        "99": "99",
        "0": "0",
        "lo": "lo",
        "any": "any",
        "7up": "7up",
    }
    assert [line.split()[:2] for line in told["lines"]] == [["1", "busy"], ["2", "lo"], ["3", "any"]]


def test_an_interface_whose_name_is_a_number_is_named_so() -> None:
    told = told_after("link add 2 type ifb", "link set 2 up")
    assert told["named"]["2"] == "2"


def test_lines_stand_in_columns_and_hold_nothing_that_steers_the_terminal() -> None:
    told = told_after("link set lo up", "link add 網路 type ifb", "link set 網路 up", "link add a\x1b[2J type ifb")
    lines = told["lines"]
    assert all(line.isprintable() for line in lines)
    assert any("a␛[2J" in line for line in lines)
    states = ["up, default", "up, loopback", "down"]
    places = {cell_len(line[: line.index(state)]) for line, state in zip(lines, states, strict=False)}
    assert len(places) == 1
    assert lines[-1].split()[1] == "any"


ROUTED = [
    "link add first type ifb",
    "link add second type ifb",
    "link set first up",
    "link set second up",
    "address add 192.0.2.1/24 dev first",
    "address add 198.51.100.1/24 dev second",
    "address add 2001:db8:1::1/64 dev first nodad",
    "address add 2001:db8:2::1/64 dev second nodad",
]
"""Two interfaces with addresses, and no way out yet."""


@pytest.mark.parametrize(
    ("commands", "default"),
    [
        (["route add default via 192.0.2.9 metric 20", "route add default via 198.51.100.9 metric 10"], "second"),
        (["route add default via 192.0.2.9 metric 9", "route add default via 198.51.100.9 metric 10"], "first"),
        (["route add default via inet6 2001:db8:2::9 dev second"], "second"),
        (["route add default via inet6 2001:db8:2::9 dev second", "route add default via 192.0.2.9"], "first"),
        (["route add unreachable default metric 5", "route add default via 198.51.100.9 metric 10"], "second"),
        (["route add 0.0.0.0/1 via 198.51.100.9"], "first"),
        ([], "first"),
        (["link set first down"], "second"),
        (["link set first down", "link set second down"], "lo"),
    ],
    ids=["metric", "metric turned round", "IPv6", "IPv4 first", "unreachable", "half", "no route", "down", "none up"],
)
def test_the_default_is_where_packets_leave(commands: list[str], default: str) -> None:
    told = told_after(*ROUTED, *commands)
    assert told["default"] == default
    assert [name for name, info in told["interfaces"].items() if info["default"]] == [default]


def test_this_machine_has_the_interfaces_that_ip_lists() -> None:
    if shutil.which("ip") is None:
        pytest.skip("needs ip, of the Debian package iproute2")
    listed = subprocess.run(["ip", "-j", "address"], capture_output=True, check=True, timeout=PATIENCE).stdout
    from tui.live.interfaces import interfaces

    found = {info.index: set(info.addresses) for info in interfaces()}
    # Others may add and remove interfaces meanwhile; loopback stays.
    loopback = next(row for row in json.loads(listed) if row["ifname"] == "lo")
    assert found[loopback["ifindex"]] == {address["local"] for address in loopback["addr_info"]}


def test_psutil_is_left_alone_until_it_is_needed() -> None:
    code = "import sys, tui.live.interfaces; print('psutil' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=PATIENCE, cwd=PROJECT)
    assert ast.literal_eval(told.stdout.decode()) is False
