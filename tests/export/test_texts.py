"""Segments and connections as JSON Lines, CSV and Markdown: the report's values, safe to be opened elsewhere."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.export.sessions import LOSSY, TEN, all_rows, session_of
from tests.program import objects, succeed
from tui.errors import InputError
from tui.export.csv_cells import CONNECTION_COLUMNS, PACKET_COLUMNS, csv_cell
from tui.export.markdown import code, code_block, connection_markdown, escaped
from tui.export.texts import write_connections, write_markdown, write_packets
from tui.export.watching import StoppedError, Watch


def read_csv(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode()
    assert text.count("\r\n") == text.count("\n"), "every line ends in CR and LF"
    return list(csv.DictReader(io.StringIO(text, newline="")))


def leaves(value: dict[str, Any], parts: tuple[str, ...], before: str = "") -> set[str]:
    """The columns that an object needs, where these keys hold objects of known keys."""
    found: set[str] = set()
    for key, inner in value.items():
        is_open = isinstance(inner, dict) and key in parts
        found |= leaves(inner, (*parts, "client", "server"), f"{before}{key}.") if is_open else {f"{before}{key}"}
    return found


def test_segments_are_those_of_the_report(tmp_path: Path) -> None:
    target = tmp_path / "segments.jsonl"
    report = objects(succeed("-r", TEN, "--json", "packets", "--explain"))
    with session_of(TEN) as session:
        rows = all_rows(session)
        assert write_packets(session, rows, str(target), watch=Watch()) == len(report)
        assert objects(target.read_bytes()) == report
        some = rows[10::7]
        write_packets(session, some, str(target), replace=True, watch=Watch())
        chosen = set(session.store.gather("number", some).tolist())
    assert objects(target.read_bytes()) == [value for value in report if value["frame"] in chosen]


def test_connections_are_those_of_the_report(tmp_path: Path) -> None:
    target = tmp_path / "connections.jsonl"
    report = objects(succeed("-r", TEN, "--json", "connections"))
    with session_of(TEN) as session:
        done: list[int] = []
        assert write_connections(session, np.array([2, 3, 7]), str(target), watch=Watch(done.append)) == 3
        assert done[-1] == 3
    assert objects(target.read_bytes()) == [report[number] for number in (2, 3, 7)]


def test_tables_have_a_column_for_every_key(tmp_path: Path) -> None:
    with session_of(LOSSY) as session:
        rows = all_rows(session)
        write_packets(session, rows, str(tmp_path / "p.csv"), as_csv=True, watch=Watch())
        write_connections(session, np.array([0]), str(tmp_path / "c.csv"), as_csv=True, watch=Watch())
    segments = objects(succeed("-r", LOSSY, "--json", "packets", "--explain"))
    (connection,) = objects(succeed("-r", LOSSY, "--json", "connections"))
    assert set(PACKET_COLUMNS) == leaves(segments[0], ("options",))
    both = ("packets", "payload_bytes", "unique_bytes", "retransmitted_packets", "retransmitted_bytes", "rtt")
    assert set(CONNECTION_COLUMNS) == leaves(connection, both)
    table = read_csv(tmp_path / "p.csv")
    assert len(table) == len(segments)
    for row, value in zip(table, segments, strict=True):
        assert row["frame"] == str(value["frame"])
        assert row["source"] == value["source"]
        assert row["roles"] == "; ".join(value["roles"])
        assert row["explanation"] == value["explanation"]
        assert row["ack"] == ("" if value["ack"] is None else str(value["ack"]))
    (row,) = read_csv(tmp_path / "c.csv")
    assert float(row["rtt.client.p95"]) == connection["rtt"]["client"]["p95"]
    assert row["client_guessed"] == "false"
    assert row["packets.server"] == str(connection["packets"]["server"])


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_no_text_is_taken_for_a_formula(sign: str) -> None:
    assert csv_cell(sign) == f"'{sign}"
    assert csv_cell([sign, "x"]) == f"'{sign}; x"


def test_numbers_stay_numbers() -> None:
    assert [csv_cell(value) for value in (-5, 0.5, None, True, (), [[1, 2]])] == [-5, 0.5, "", "true", "", "[[1,2]]"]


def test_a_ticket_tells_the_story_and_shows_numbers_and_ladder(tmp_path: Path) -> None:
    target = tmp_path / "ticket.md"
    with session_of(LOSSY) as session:
        assert write_markdown(session, np.array([0]), str(target), watch=Watch()) == 1
    text = target.read_text()
    (connection,) = objects(succeed("-r", LOSSY, "--json", "connections"))
    assert f"`{connection['client']}` to `{connection['server']}`" in text
    assert "- `retransmissions`" in text
    assert "(`GET /numbers.txt`; frame 4)" in text
    assert f"| segments | {connection['packets']['client']} | {connection['packets']['server']} |" in text
    ladder = text[text.index("```text") :]
    assert "handshake 1/3" in ladder
    assert "teardown" in ladder


def test_text_from_the_wire_forms_no_markup(tmp_path: Path) -> None:
    hostile, request = tmp_path / "a`b.pcap", b"/`|<b>@x```c"
    content = LOSSY.read_bytes()
    assert content.count(b"/numbers.txt") == 1
    hostile.write_bytes(content.replace(b"/numbers.txt", request))
    with session_of(hostile) as session:
        lines = list(connection_markdown(session, 0))
    story = next(line for line in lines if "frame 4)" in line)
    assert "(````GET " + request.decode() + "````; frame 4)" in story
    assert any("``a`b.pcap``" in line for line in lines)


@pytest.mark.parametrize("text", ["", "`", "``a```", " a", "a\nb", "\x1b[31m"])
def test_nothing_ends_its_code_span(text: str) -> None:
    span = code(text)
    fence = re.match("`+", span)
    assert fence is not None
    assert span.endswith(fence[0])
    inside = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inside)
    assert inside.isprintable()


def test_no_line_ends_its_code_block() -> None:
    opening, *lines, closing = code_block(["a", "````", "~~~", "b\nc"])
    assert opening == "`````text"
    assert closing == "`````"
    assert lines[:2] == ["a", "````"]
    assert all("\n" not in line for line in lines)


def test_sentences_are_escaped_and_what_is_from_the_wire_is_not_in_them() -> None:
    assert escaped("*a* [b](c) <d>") == r"\*a\* \[b\](c) \<d\>"
    assert escaped("asked for *x*, _so_", "*x*") == r"asked for `*x*`, \_so\_"


def test_texts_stop_and_fail_without_a_trace(tmp_path: Path) -> None:
    target = tmp_path / "old.csv"
    target.write_text("precious")
    stopped = Watch(cancelled=lambda: True)
    with session_of(TEN) as session:
        rows, numbers = all_rows(session), np.array([0])
        with pytest.raises(StoppedError):
            write_packets(session, rows, str(target), as_csv=True, replace=True, watch=stopped)
        with pytest.raises(StoppedError):
            write_connections(session, numbers, str(target), as_csv=True, replace=True, watch=stopped)
        with pytest.raises(StoppedError):
            write_markdown(session, numbers, str(target), replace=True, watch=stopped)
        with pytest.raises(InputError, match="exists"):
            write_markdown(session, numbers, str(target), watch=Watch())
        assert write_connections(session, np.array([10_000]), str(tmp_path / "none.csv"), watch=Watch()) == 0
    assert target.read_text() == "precious"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["none.csv", "old.csv"]
