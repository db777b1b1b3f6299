"""What a segment does, in sentences that cite its own numbers, and what proves what is said of it."""

from tui.views.explaining.evidence import evidence
from tui.views.explaining.explanation import explain, explanation
from tui.views.explaining.proof import EvidenceView
from tui.views.explaining.sentence import Sentence

__all__ = ["EvidenceView", "Sentence", "evidence", "explain", "explanation"]
