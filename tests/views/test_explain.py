"""Explanations of real and of random segments: there is one for each, and it answers what people ask."""

from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from numpy.typing import NDArray

from tests.tcp.hostile import conversations, mixtures
from tests.tcp.wire import OPEN, TALK, Endpoint, Packet, c, connections, dialogue, read
from tests.views.explained import frames_named, opened, segment
from tui import views
from tui.errors import InputError
from tui.report.json_lines import write_packets
from tui.session import Session
from tui.views import Sentence
from tui.views.explaining.looking_back import MOST_ROWS
from tui.views.summaries import summarise

QUICK = settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))

CAPTURES = Path(__file__).parents[2] / "captures"

MOST = 300
"""Rows of one capture that are explained."""


def explain_all(session: Session) -> list[tuple[Sentence, ...]]:
    """The explanation of each segment."""
    full = [views.frame(session, row) for row in range(min(len(session.store), MOST))]
    return [views.explanation(session, view) for view in full if isinstance(view, views.SegmentView)]


def texts_of(name: str) -> list[str]:
    """The explanations of a bundled capture."""
    with opened(CAPTURES / name) as session:
        return [" ".join(map(str, sentences)) for sentences in explain_all(session)]


def well_formed(sentences: tuple[Sentence, ...]) -> bool:
    """Whether there is something to read, each part ends as a sentence does, and names the frames that it lists."""
    return bool(sentences) and all(
        one.text.endswith(".")
        and "None" not in one.text
        and "  " not in one.text
        and set(one.frames) == set(frames_named(one))
        for one in sentences
    )


def test_the_states_before_a_segment_are_those_after_the_one_before_in_its_connection() -> None:
    other, _ = dialogue(client=Endpoint("10.0.0.7", 9))
    session = read([*OPEN, other("S", 0), *TALK, other("R", 1), c("F.", 11, 21)])
    first, fin = views.frame(session, 0), views.frame(session, 8)
    assert isinstance(first, views.SegmentView)
    assert isinstance(fin, views.SegmentView)
    assert (first.client_state_before, first.server_state_before) == (None, None)
    assert (fin.client_state_before, fin.client_state) == ("ESTABLISHED", "FIN-WAIT-1")


def test_a_handshake_tells_its_options_and_its_time() -> None:
    syn, syn_ack, ack, *_ = texts_of("simultaneous-close.pcap")
    assert "its SYN carries the initial sequence number 1,431,439,145, which counts as 0 from here on" in syn
    assert (
        "It takes segments of at most 1,460 bytes, its MSS, and offers windows scaled by 2^10, SACK and timestamps "
        "(RFC 9293 §3.2)." in syn
    )
    assert "ack 1 = the client's initial sequence number 1,431,439,145 + 1" in syn_ack
    assert "and agrees to windows scaled by 2^10, SACK and timestamps" in syn_ack
    assert "The handshake is complete, 20.7 ms after the SYN of frame 1" in ack


def test_who_asks_for_a_cookie_of_fast_open_and_who_gives_and_shows_it(reference: Path) -> None:
    with opened(reference / "captures" / "zeek__tcp_tcp-fast-open.pcap") as session:
        texts = [" ".join(map(str, sentences)) for sentences in explain_all(session)]
    verbs = [text.partition("Fast Open, for which it ")[2].partition(" a cookie")[0] for text in texts]
    assert [verb for verb in verbs if verb][:3] == ["asks", "gives", "shows"]


def test_every_segment_of_a_simultaneous_open_tells_what_it_is_for() -> None:
    texts = texts_of("simultaneous-open.pcap")
    assert "acknowledges nothing, so it was sent before the SYN of frame 1 had arrived" in texts[1]
    assert "The client answers the SYN of frame 2 with ack 1" in texts[2]
    assert "The server answers the SYN of frame 1 with ack 1" in texts[3]
    assert "It answers the SYN+ACK of frame 4" in texts[4]
    assert "It answers the SYN+ACK of frame 3" in texts[6]


def test_sack_and_dsack_blocks_are_told(reference: Path) -> None:
    with opened(reference / "cases" / "fast_retx_dupack_sack.pcap") as session:
        told = [str(sentence) for sentences in explain_all(session) for sentence in sentences]
    blocks = [text for text in told if text.startswith("SACK: the ")]
    assert blocks
    assert all(text.endswith(" is missing (RFC 2018 §3).") for text in blocks)
    with opened(reference / "cases" / "tutorial_2_curl_baidu_4seg_sack.pcap") as session:
        told = [str(sentence) for sentences in explain_all(session) for sentence in sentences]
    text = "D-SACK: the bytes 2,561 up to 2,782 arrived twice, so one of the two was needless (RFC 2883 §4)."
    assert text in told


def test_an_icmp_error_is_named_where_nothing_else_answers(reference: Path) -> None:
    with opened(reference / "cases" / "icmp_unreachable.pcap") as session:
        (sentences, *_) = explain_all(session)
    assert any("frame 2 is an ICMP error (type 3, code 3)" in one.text and one.frames == (2,) for one in sentences)


def test_looking_back_is_bounded_so_that_a_report_is_linear(monkeypatch: pytest.MonkeyPatch) -> None:
    packets = [c("S", 0), *[c(".", 1 + number, 1, 1) for number in range(MOST_ROWS + 100)]]
    session = read(packets)
    view = segment(session, -1, ("syn-retry", "duplicate-capture", "challenge-ack", "reset-in-window"))
    looked_at: list[int] = []
    column = session.store.column

    def watched(name: str, start: int, stop: int) -> NDArray[Any]:
        looked_at.append(start)
        return column(name, start, stop)

    monkeypatch.setattr(session.store, "column", watched)
    proofs = views.evidence(session, view)
    assert [proof.frames for proof in proofs] == [(), (), (), ()]
    assert min(looked_at) == view.row - MOST_ROWS


def test_evidence_is_part_of_the_report() -> None:
    session = read([c("S", 0), c("S", 0)])
    output = BytesIO()
    write_packets(session, output, with_explanation=False)
    _, again = map(orjson.loads, output.getvalue().splitlines())
    assert [entry["note"] for entry in again["evidence"]] == again["notes"]
    assert again["evidence"][-1]["frames"] == [1]
    assert again["evidence"][-1]["values"]["elapsed"] == 0.001


@given(mixtures())
@QUICK
def test_every_segment_of_a_mixture_has_an_explanation(packets: list[Packet]) -> None:
    assert all(map(well_formed, explain_all(read(packets))))


@given(conversations())
@QUICK
def test_every_segment_of_a_conversation_has_an_explanation(packets: list[Packet]) -> None:
    session = read(packets)
    assert all(map(well_formed, explain_all(session)))
    assert all(summarise(view) for view in connections(session))


def test_every_segment_of_every_reference_capture_has_an_explanation(reference: Path) -> None:
    pytest.importorskip("zstandard")
    explanations = 0
    for path in sorted((*(reference / "captures").iterdir(), *(reference / "cases").glob("*.pcap"))):
        try:
            with opened(path) as session:
                found = explain_all(session)
                assert all(map(well_formed, found)), path.name
                assert all(summarise(view) for view in connections(session)), path.name
        except InputError:
            continue
        explanations += len(found)
    assert explanations > 1000
