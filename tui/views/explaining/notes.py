"""Which sentences tell of each note."""

from collections.abc import Callable

from tui.views.explaining import flow, loss, recording
from tui.views.explaining.context import Context
from tui.views.explaining.proof import EvidenceView
from tui.views.explaining.sentence import Sentence

Template = Callable[[Context, EvidenceView], list[Sentence]]

NOTE_SENTENCES: dict[str, Template] = {
    "duplicate-capture": recording.duplicate_capture,
    "retransmission": loss.again,
    "fast-retransmission": loss.fast,
    "tail-loss-probe": loss.tail_loss,
    "spurious-retransmission": loss.spurious,
    "reordered": loss.reordered,
    "capture-gap": loss.gap,
    "lost-segment": loss.lost,
    "duplicate-ack": loss.duplicate_ack,
    "keep-alive": flow.keep_alive,
    "keep-alive-answer": flow.keep_alive_answer,
    "zero-window-probe": flow.zero_window_probe,
    "zero-window-answer": flow.zero_window_answer,
    "zero-window": flow.zero_window,
    "window-full": flow.window_full,
    "window-update": flow.window_update,
    "syn-retry": flow.syn_retry,
    "port-reused": flow.port_reused,
    "fast-open": flow.fast_open,
    "fast-open-ignored": flow.fast_open_ignored,
    "reset-in-window": flow.reset_in_window,
    "challenge-ack": flow.challenge_ack,
    "middlebox-reset": flow.middlebox_reset,
    "reply-not-captured": recording.reply_not_captured,
    "before-syn": recording.before_syn,
    "urgent": recording.urgent,
    "offload-merged": recording.offload_merged,
    "checksum-bad": recording.checksum_bad,
    "checksum-offloaded": recording.checksum_offloaded,
    "truncated": recording.truncated,
    "fragmented": recording.fragmented,
    "scale-unknown": recording.scale_unknown,
    "time-backwards": recording.time_backwards,
}
"""By the note's public name, in the order in which they are told."""


def of_notes(c: Context) -> list[Sentence]:
    """What was found about the segment, note by note."""
    return [
        sentence
        for note, template in NOTE_SENTENCES.items()
        if note in c.view.notes
        for sentence in template(c, c.proof(note))
    ]
