"""ICMP errors that quote a connection (RFC 792, RFC 1122, RFC 4443)."""

from tui.views.telling.naming import named
from tui.views.telling.subject import MOST_FRAMES, Subject

_UNREACHABLE = {
    0: "network unreachable",
    1: "host unreachable",
    2: "protocol unreachable",
    3: "port unreachable",
    4: "packet too big",
    5: "source route failed",
    6: "network unknown",
    7: "host unknown",
    9: "network prohibited",
    10: "host prohibited",
    11: "network unreachable for this type of service",
    12: "host unreachable for this type of service",
    13: "prohibited by a filter",
}
_UNREACHABLE_V6 = {
    0: "no route",
    1: "prohibited by a filter",
    2: "beyond the scope of the source address",
    3: "address unreachable",
    4: "port unreachable",
    5: "source address refused",
    6: "route rejected",
}
_OTHERS = {4: "source quench", 5: "redirect", 11: "time to live exceeded", 12: "parameter problem"}
_OTHERS_V6 = {2: "packet too big", 3: "hop limit exceeded", 4: "parameter problem"}


def icmp_name(icmp_type: int, code: int, version: int) -> str:
    """What an ICMP (`version` 4) or ICMPv6 error (6) says, such as `host unreachable`."""
    kind, unreachable, others = (1, _UNREACHABLE_V6, _OTHERS_V6) if version == 6 else (3, _UNREACHABLE, _OTHERS)
    name = unreachable.get(code) if icmp_type == kind else others.get(icmp_type)
    return name or f"type {icmp_type}, code {code}"


def tell_icmp_errors(subject: Subject) -> None:
    """The ICMP errors that quote the connection, in one line."""
    errors = subject.view.icmp_errors
    if not errors:
        return
    version = 6 if ":" in subject.view.client_address else 4
    names = list(dict.fromkeys(icmp_name(kind, code, version) for _, kind, code in errors))
    frames = tuple(frame for frame, _, _ in errors[:MOST_FRAMES])
    what = f"{len(errors):,} ICMP errors quote" if len(errors) > 1 else "An ICMP error quotes"
    more = f", and {len(names) - 2} more kinds" if len(names) > 2 else ""
    text = f"{what} the connection: {' and '.join(names[:2])}{more} ({named(frames, len(errors))})."
    subject.say("note", text, *frames)
