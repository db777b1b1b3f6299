"""The words that reports say of a connection, all of them."""

OPENINGS = (
    "three-way",
    "simultaneous",
    "fast-open",
    "refused",
    "unanswered",
    "half-open",
    "aborted",
    "not-captured",
)
"""How a connection can have opened."""

CLOSINGS = ("four-segment", "three-segment", "simultaneous", "reset", "half-closed", "none")
"""How a connection can have closed."""

VERDICTS = (
    "malformed",
    "refused",
    "unreachable",
    "aborted-handshake",
    "no-answer",
    "half-open",
    "reset",
    "one-sided",
    "reset-after-fin",
    "closed-then-reset",
    "closed",
    "closed-unconfirmed",
    "half-closed",
    "open",
)
"""Every verdict, in the order in which they are tried."""

PROBLEMS = (
    "frames-dropped",
    "retransmissions",
    "zero-window",
    "capture-gaps",
    "syn-retries",
    "slow-server",
    "keep-alive-unanswered",
    "duplicate-capture",
    "scale-unknown",
    "port-reused",
    "possible-scan",
)
"""Every problem, the worst first."""

CONN_STATES = ("S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH")
"""Zeek's `conn_state`, in the order of its documentation of conn.log."""
