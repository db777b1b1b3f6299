"""What went wrong most with a connection, in a few words for the end of its summary."""

from collections.abc import Callable

from tui.views.amounts import counted, time_span
from tui.views.connection_views import ConnectionView
from tui.views.measuring.measures import Measures
from tui.views.telling.line import ENDS

_LONG_SHARE = 0.25
"""Share of its duration that a connection stood still, from which on that comes first."""


def worst_problem(view: ConnectionView, measures: Measures, problems: tuple[str, ...]) -> str:
    """Words for the first of `problems` that does the connection harm; empty where there is none.

    A receive window that was closed for long comes before all others. How often the SYN was sent to no avail is told
    by the opening already.
    """
    if not problems:
        return ""
    closed = max(sent.zero_window_time for sent in measures.sent)
    if closed and closed >= view.duration * _LONG_SHARE:
        return _zero_window(measures)
    for problem in problems:
        if problem in _WORDS and not (problem == "syn-retries" and view.opening == "unanswered"):
            return _WORDS[problem](measures)
    return ""


def _retransmissions(measures: Measures) -> str:
    end, sent = max(enumerate(measures.sent), key=lambda item: item[1].retransmission_rate)
    again = round(sent.retransmission_rate * sent.data_packets)
    verb = "was" if again == 1 else "were"
    segments = counted(sent.data_packets, "data segment")
    return f"{again:,} of the {ENDS[end]}'s {segments} {verb} sent again ({sent.retransmission_rate:.1%})"


def _zero_window(measures: Measures) -> str:
    end, sent = max(enumerate(measures.sent), key=lambda item: (item[1].zero_window_time, item[1].zero_windows))
    return f"the {ENDS[end]}'s receive window was closed for {time_span(sent.zero_window_time)}"


def _keep_alives(measures: Measures) -> str:
    end, sent = max(enumerate(measures.sent), key=lambda item: item[1].keep_alives_unanswered)
    return f"{sent.keep_alives_unanswered:,} keep-alives of the {ENDS[end]} had no answer"


_WORDS: dict[str, Callable[[Measures], str]] = {
    "frames-dropped": lambda _: "the capture lost frames of it",
    "retransmissions": _retransmissions,
    "zero-window": _zero_window,
    "capture-gaps": lambda _: "the capture misses segments that arrived",
    "syn-retries": lambda measures: f"the SYN was sent {counted(measures.syn_retries + 1, 'time')}",
    "slow-server": lambda measures: f"the server took up to {time_span(measures.slowest_think or 0)} for an answer",
    "keep-alive-unanswered": _keep_alives,
    "possible-scan": lambda _: "perhaps a part of a scan",
}
