"""The reports: every key of the public format, and answers to the questions that people bring."""

import io
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.decode.packets import ethernet, ipv4, tcp
from tests.files.build import enhanced, interface, pcap, section
from tests.program import CAPTURES, CURL, REDIS, REFUSED, fail, joined, objects, run, succeed
from tui.files.source import open_capture
from tui.report import table
from tui.report.filters import pointed_out
from tui.session import Session

PACKET_KEYS = (
    "frame interface time_ns elapsed frame_length captured_length connection from source destination flags seq ack "
    "raw_seq raw_ack length window raw_window window_scale options roles client_state server_state assumed notes "
    "evidence analysis duplicate_ack_number duplicate_ack_frame acks_frame bytes_in_flight ack_rtt initial_rtt rto "
    "explanation"
)

OPTION_KEYS = {"mss", "window_scale", "sack_permitted", "sack", "timestamp"}

CONNECTION_KEYS = (
    "connection client server client_address client_port server_address server_port client_guessed first_frame "
    "last_frame start_ns duration opening closing closed_by client_state server_state verdict problems summary story "
    "zeek_state zeek_history completeness handshake_rtt connect_time time_to_first_byte teardown_time "
    "half_closed_time packets payload_bytes unique_bytes retransmitted_packets retransmitted_bytes rtt icmp_errors "
    "analysis notes"
)

Explained = Callable[[str], dict[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three connections in one capture."""
    path = tmp_path_factory.mktemp("three") / "three.pcap"
    path.write_bytes(joined(REFUSED, CURL, REDIS))
    return path


def test_every_segment_has_exactly_the_keys_of_the_format(three: Path) -> None:
    found = objects(succeed("-r", three, "--json", "packets"))
    assert [segment["frame"] for segment in found] == list(range(1, 25))
    for segment in found:
        assert set(segment) == set(PACKET_KEYS.split())
        assert set(segment["options"]) == OPTION_KEYS
        assert segment["roles"]
        assert segment["explanation"] is None


def test_every_connection_has_exactly_the_keys_of_the_format(three: Path) -> None:
    found = objects(succeed("-r", three, "--json", "connections"))
    for connection in found:
        assert set(connection) == set(CONNECTION_KEYS.split())
    assert [connection["connection"] for connection in found] == [0, 1, 2]
    assert [connection["first_frame"] for connection in found] == [1, 3, 15]
    assert [connection["server_port"] for connection in found] == [8081, 8080, 6379]
    assert [connection["verdict"] for connection in found] == ["refused", "closed", "closed"]
    assert [connection["packets"] for connection in found][1] == {"client": 7, "server": 5}


def test_values_of_a_segment() -> None:
    syn, syn_ack, *_ = objects(succeed("-r", CURL, "--json", "packets"))
    assert syn["source"] == syn_ack["destination"] == "127.0.0.1:43420"
    assert (syn["flags"], syn["seq"], syn["ack"], syn["from"]) == ("S", 0, None, "client")
    assert (syn_ack["flags"], syn_ack["seq"], syn_ack["ack"], syn_ack["from"]) == ("S.", 0, 1, "server")
    assert (syn["raw_seq"], syn_ack["raw_ack"]) == (1811382161, 1811382162)
    assert syn["options"] == {
        "mss": 65495,
        "window_scale": 10,
        "sack_permitted": True,
        "sack": [],
        "timestamp": [4218335670, 0],
    }


def test_measures_of_a_connection_that_lost_segments() -> None:
    (found,) = objects(succeed("-r", CAPTURES / "lossy.pcap", "--json", "connections"))
    assert found["unique_bytes"] == {"client": 88, "server": 98_989}
    assert found["retransmitted_packets"] == {"client": 0, "server": 5}
    assert found["retransmitted_bytes"] == {"client": 0, "server": 106_229 - 98_989}
    assert found["problems"] == ["retransmissions"]
    assert found["completeness"] == 31
    server = found["rtt"]["server"]
    assert set(server) == {"samples", "min", "mean", "p95", "max"}
    assert 0.02 < server["min"] <= server["mean"] <= server["p95"] <= server["max"] < 0.03
    assert [line.split()[0] for line in found["story"]] == ["Opened", "The", "The", "The"]
    assert "so the capture was taken near the server" in found["story"][0]


def test_a_connection_without_an_answer_has_no_round_trips() -> None:
    (found,) = objects(succeed("-r", CAPTURES / "unanswered.pcap", "--json", "connections"))
    nothing = {"samples": 0, "min": None, "mean": None, "p95": None, "max": None}
    assert found["rtt"] == {"client": nothing, "server": nothing}
    assert found["problems"] == ["syn-retries"]


def test_the_analysis_of_segments_is_counted_per_connection() -> None:
    lossy = CAPTURES / "lossy.pcap"
    packets = objects(succeed("-r", lossy, "--json", "packets"))
    counts = Counter((one["connection"], name) for one in packets for name in one["analysis"])
    connections = objects(succeed("-r", lossy, "--json", "connections"))
    assert counts == {(one["connection"], name): n for one in connections for name, n in one["analysis"].items()}
    assert counts
    syn, syn_ack, ack = packets[:3]
    assert (syn_ack["acks_frame"], ack["acks_frame"]) == (syn["frame"], syn_ack["frame"])
    assert ack["initial_rtt"] == pytest.approx((ack["time_ns"] - syn["time_ns"]) / 1e9)


def test_frames_that_a_filter_leaves_out_do_not_exist_but_keep_their_numbers(three: Path) -> None:
    found = objects(succeed("-r", three, "--json", "connections", "port", "6379"))
    assert [(one["connection"], one["first_frame"], one["last_frame"]) for one in found] == [(0, 15, 24)]


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_jq_reads_it(three: Path) -> None:
    lines = succeed("-r", three, "--json", "connections")
    answer = subprocess.run(["jq", "-r", ".opening"], input=lines, capture_output=True, check=True).stdout
    assert answer.split() == [b"refused", b"three-way", b"three-way"]


def test_a_long_summary_has_every_connection_in_the_same_columns(three: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LAID_OUT_ROWS", 0)
    laid_out = succeed("-r", three, "--summary").decode().splitlines()
    with open_capture(str(three)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        output = io.StringIO()
        table.write_summary(session, output)
    assert [line.split() for line in output.getvalue().splitlines()[2:]] == [line.split() for line in laid_out[2:]]
    assert output.getvalue().splitlines()[0].split() == laid_out[0].split()


def test_the_summary_is_what_is_printed_where_there_is_no_terminal(three: Path) -> None:
    printed = succeed("-r", three).decode()
    assert printed == succeed("-r", three, "--summary").decode()
    assert "\x1b" not in printed
    lines = printed.splitlines()
    assert lines[-1] == "24 frames, 3 TCP connections"
    assert lines[3].split()[:4] == ["1", "127.0.0.1:43420", "127.0.0.1:8080", "closed"]
    assert "three-segment" in lines[3]


def test_frames_of_a_link_type_that_is_not_supported_are_told(tmp_path: Path) -> None:
    path = tmp_path / "nflog.pcap"
    redis = Path(REDIS).read_bytes()
    path.write_bytes(redis[:20] + (239).to_bytes(4, "little") + redis[24:])
    done = run("-r", path, "--summary")
    assert done.stdout.decode() == "10 frames, no TCP connections\n"
    assert done.stderr.decode().startswith("tcptui: 10 frames of ")
    assert done.stderr.decode().endswith(" could not be read: that link type is not supported\n")
    assert done.returncode == 0


def test_who_sent_the_reset_is_told_where_the_other_side_sent_the_first_fin(reference: Path) -> None:
    (view,) = objects(
        succeed("-r", reference / "captures/pcapplusplus__one_http_stream_rst.pcap", "--json", "connections")
    )
    assert (view["closed_by"], view["verdict"]) == ("server", "reset-after-fin")
    assert "the server sent its FIN, then a reset from the client ended it" in view["summary"]


def test_a_crossed_fin_that_is_sent_again_is_not_said_to_cross_again(reference: Path) -> None:
    lines = succeed("-r", reference / "captures/zeek__mysql_auth.pcap", "--json", "packets", "--explain")
    (text,) = [one["explanation"] for one in objects(lines) if one["frame"] == 9]
    assert "again" in text
    assert "does not cover" not in text


def test_elapsed_counts_from_the_first_frame_of_the_capture_whatever_is_selected() -> None:
    everything = objects(succeed("-r", CURL, "--json", "packets"))
    from_server = objects(succeed("-r", CURL, "--json", "packets", "src", "port", "8080"))
    assert from_server[0]["elapsed"] == everything[1]["elapsed"] > 0


def test_a_capture_without_tcp_is_no_error() -> None:
    assert succeed("-r", CURL, "--json", "connections", "udp") == b""
    assert succeed("-r", CURL, "udp").decode() == "0 frames, no TCP connections\n"


def test_hostile_interface_names_leave_as_text(tmp_path: Path) -> None:
    hostile = "eth0\x1b[2J\u202e\u009b31m\n[/]"
    frame = Path(REDIS).read_bytes()[24 + 16 :][:74]
    path = tmp_path / "hostile.pcapng"
    path.write_bytes(section() + interface(options={2: hostile.encode()}) + enhanced(frame))
    output = succeed("-r", path, "--json", "packets")
    name = json.loads(output)["interface"]
    assert name == "eth0␛[2J··31m␊[/]"


@pytest.fixture(scope="module")
def explained(reference: Path) -> Explained:
    """The explained segments of a case, by frame number."""

    def explain(case: str) -> dict[int, dict[str, Any]]:
        path = reference / "cases" / f"{case}.pcap"
        found = objects(succeed("-r", path, "--json", "packets", "--explain"))
        return {segment["frame"]: segment for segment in found}

    return explain


def has(segment: dict[str, Any], *words: str) -> None:
    """The explanation names all of these."""
    for word in words:
        assert word in segment["explanation"]


def test_every_segment_is_explained() -> None:
    for segment in objects(succeed("-r", CURL, "--json", "packets", "--explain")):
        assert segment["explanation"].endswith(".")


def test_why_three_segments_and_not_four(explained: Explained) -> None:
    merged = explained("tutorial_1_wget_3seg")[9]
    assert merged["roles"] == ["teardown 2/4", "teardown 3/4"]
    has(merged, "ack 144", "the client's FIN", "three segments and not four")


def test_what_lies_within_the_teardown_and_is_no_part_of_it(explained: Explained) -> None:
    segments = explained("tutorial_2_curl_baidu_4seg_sack")
    assert [segments[frame]["roles"] for frame in (11, 12)] == [["data"], ["ack"]]
    has(segments[11], "within the teardown", "no part of it", "number 78", "ack 79")
    has(segments[12], "within the teardown", "no part of it", "no FIN of the server was captured yet")
    assert [segments[frame]["roles"] for frame in (10, 13, 14, 15)] == [
        ["teardown 1/4"],
        ["teardown 2/4"],
        ["teardown 3/4"],
        ["teardown 4/4"],
    ]


def test_an_ack_of_data_and_not_of_the_fin(explained: Explained) -> None:
    ack = explained("tutorial_3a_py60000_3seg")[8]
    assert ack["roles"] == ["ack"]
    has(ack, "received everything before 7", "the server's FIN has number 7", "ack 8")


def test_both_ends_in_closing(explained: Explained, reference: Path) -> None:
    crossing = explained("tutorial_3c_closing")[2]
    assert (crossing["client_state"], crossing["server_state"]) == ("CLOSING", "CLOSING")
    has(crossing, "cross", "ack 1", "Both ends are in CLOSING")
    (connection,) = objects(succeed("-r", reference / "cases" / "tutorial_3c_closing.pcap", "--json", "connections"))
    assert connection["closing"] == "simultaneous"
    assert "both ends were in CLOSING" in connection["summary"]


def test_a_display_filter_hides_segments_and_connections_and_changes_none(three: Path) -> None:
    every = objects(succeed("-r", three, "--json", "packets", "--explain"))
    found = objects(succeed("-r", three, "--json", "packets", "--explain", "-Y", "tcp.port == 6379 && tcp.len > 0"))
    assert found == [one for one in every if one["length"] and one["connection"] == 2]
    connections = objects(succeed("-r", three, "--json", "connections"))
    selected = objects(succeed("-r", three, "--json", "connections", "--display-filter", "tcp.port == 6379"))
    assert selected == [connections[2]]
    table = succeed("-r", three, "--summary", "-Y", "tcp.port == 6379").decode()
    assert "6379" in table
    assert ", 1 TCP connection, 2 hidden by the display filter" in table


def test_frames_that_a_display_filter_selects_are_copied(three: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.pcapng"
    succeed("-r", three, "-Y", 'conn.verdict == "refused"', "-w", copy)
    assert [one["verdict"] for one in objects(succeed("-r", copy, "--json", "connections"))] == ["refused"]
    everything = succeed("-r", three, "-w", "-", "-Y", "frame.number <= 2")
    assert len(objects(succeed("-r", "-", "--json", "packets", stdin=everything))) == 2


def test_a_display_filter_that_is_not_understood_is_shown_with_the_place() -> None:
    for words in (["no-such-file.pcap"], ["-i", "no such interface"]):
        done = run(*words, "--summary", "-Y", "tcp.port = 80 && tcp.len")
        assert (done.returncode, done.stdout) == (2, b"")
        message, shown, mark = done.stderr.decode().splitlines()
        assert message.startswith("tcptui: -Y: ")
        assert shown.strip() == "tcp.port = 80 && tcp.len"
        assert mark.index("^") == shown.index("=")


def test_the_place_in_a_long_filter_and_behind_wide_letters() -> None:
    long = " || ".join(["tcp"] * 60)
    shown, mark = pointed_out(long + " nonsense", len(long) + 1, len(long) + 9)
    assert len(shown) < 80
    assert shown[mark.index("^") :].startswith("nonsense")
    assert mark.count("~") == 7
    shown, mark = pointed_out('"日本" x', 5, 6)
    assert mark == " " * 9 + "^"


def test_a_regular_expression_that_takes_too_long_ends_a_report(tmp_path: Path) -> None:
    slow = tmp_path / "slow.pcap"
    slow.write_bytes(pcap([ethernet(0x0800, ipv4(tcp(b"a" * 60 + b"!")))]))
    message = fail(1, "-r", slow, "--json", "packets", "-Y", 'tcp.payload matches "^(a|a|aa)+$"')
    assert "takes too long on frame 1; make it simpler" in message
