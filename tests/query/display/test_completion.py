"""What may be typed at the cursor."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.display import FIELDS, completions, parse
from tui.tcp.rules.closed_lists import VERDICTS
from tui.tcp.rules.roles import ROLE_NAMES


def offered(text: str, cursor: int | None = None) -> list[str]:
    return [item.text for item in completions(text, len(text) if cursor is None else cursor).items]


def completed(text: str, choice: str, cursor: int | None = None) -> str:
    """The filter after one of the completions was taken."""
    found = completions(text, len(text) if cursor is None else cursor)
    assert choice in [item.text for item in found.items]
    return text[: found.start] + choice + text[found.end :]


def test_an_empty_filter_is_offered_the_heads_of_all_fields() -> None:
    assert offered("")[:12] == [
        *("frame", "eth", "vlan", "arp", "ip", "ipv6", "icmp", "icmpv6", "udp", "tcp", "conn", "packet"),
    ]
    assert "not" in offered("")


def test_fields_are_reached_dot_by_dot() -> None:
    assert "tcp.flags" in offered("tcp.")
    assert "tcp.flags.syn" not in offered("tcp.")
    assert "tcp.flags.syn" in offered("tcp.flags")
    assert offered("conn.rtt.") == ["conn.rtt.client.", "conn.rtt.server."]
    assert "conn.rtt.client.mean" in offered("conn.rtt.client.")


def test_every_field_can_be_reached() -> None:
    for name in FIELDS:
        assert name in offered(name)


def test_a_field_is_found_by_what_stands_inside_its_name() -> None:
    assert offered("handshake") == ["conn.handshake_rtt"]


@pytest.mark.parametrize(
    ("field", "fitting", "unfit"),
    [
        ("tcp.port", {"==", ">", "in", "&", "!=="}, {"contains", "matches"}),
        ("ip.src", {"==", "in"}, {"contains", "&"}),
        ("tcp.payload", {"contains", "matches"}, {"&", ">"}),
        ("conn.verdict", {"==", "contains", "matches", "in"}, {"&", ">", "==="}),
        ("tcp.flags.syn", {"=="}, {">", "contains", "in"}),
        ("tcp.analysis.retransmission", set(), {"==", "contains", "in"}),
        ("len(tcp.payload)", {"==", ">"}, {"contains"}),
        ("tcp.payload[0:4]", {"==", "contains"}, {">"}),
    ],
)
def test_operators_fit_the_kind_of_value(field: str, fitting: set[str], unfit: set[str]) -> None:
    found = set(offered(f"{field} "))
    assert fitting | {"&&", "or"} <= found
    assert not unfit & found


def test_values_of_closed_lists_are_offered_quoted() -> None:
    assert offered("conn.verdict == ") == [f'"{verdict}"' for verdict in VERDICTS]
    assert offered("conn.verdict == rese")[0] == '"reset"'
    assert offered('packet.roles == "handshake ') == [
        f'"{role}"' for role in ROLE_NAMES.values() if role.startswith("handshake ")
    ]
    assert offered('conn.verdict in {"reset", "half-o') == ['"half-open"']
    assert offered("tcp.flags.syn == ") == ["True", "False"]
    assert offered("tcp.port == 8") == []


def test_after_a_test_the_next_one_is_joined() -> None:
    assert offered("tcp.port == 80 ") == ["&&", "||", "and", "or", "xor"]
    assert offered("tcp.port == 80 an") == ["and"]
    assert "conn.verdict" in offered("tcp.port == 80 && (conn.ver")


def test_sets_are_led_to_their_end() -> None:
    assert offered("tcp.port in ") == ["{"]
    assert offered("tcp.port not ") == ["in"]
    assert offered("tcp.port in {80 ") == [",", "}", ".."]
    assert offered("tcp.port in {80} ") == offered("tcp.port == 80 ")


def test_inside_a_piece_nothing_is_offered() -> None:
    assert offered("tcp.payload[0:") == []


def test_what_is_taken_stands_in_the_place_of_the_whole_word() -> None:
    assert completed("tcp.fl == 1 and udp", "tcp.flags", 5) == "tcp.flags == 1 and udp"
    assert completed('conn.verdict == "refu" and tcp', '"refused"', 20) == 'conn.verdict == "refused" and tcp'
    assert completed("conn.verdict == refu and tcp", '"refused"', 20) == 'conn.verdict == "refused" and tcp'
    assert completed("tcp.port =", "==") == "tcp.port =="
    assert completed("len(tcp.pay", "tcp.payload") == "len(tcp.payload"


def test_every_value_that_is_offered_is_accepted() -> None:
    for field in FIELDS.values():
        for value in offered(f"{field.name} == ") if field.values else ():
            parse(f"{field.name} == {value}")


@pytest.mark.parametrize("text", ["(" * 4000, '"' * 4000, "tcp " * 1000, "a." * 2000, "\\" * 4000, "=" * 9000])
def test_a_screen_never_waits_for_completions(text: str) -> None:
    fastest = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        completions(text, len(text))
        fastest = min(fastest, time.perf_counter() - begun)
    assert fastest < 0.05


@given(st.text(alphabet="tcp.port conn_vedi=\"'r{}[]()!&|^~,-\\/#é0123", max_size=40), st.integers(-5, 60))
def test_completions_take_any_text_and_cursor(text: str, cursor: int) -> None:
    found = completions(text, cursor)
    assert 0 <= found.start <= found.end <= len(text)
