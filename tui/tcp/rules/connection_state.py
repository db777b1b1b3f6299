"""What is known of a connection beside its sequence numbers: a finite set of states."""

from dataclasses import dataclass
from enum import IntEnum

from tui.tcp.rules import zeek
from tui.tcp.rules.roles import NO_ROLE, Role
from tui.tcp.rules.states import State

NOBODY = -1
"""Value of a side where neither endpoint is meant; the sides are 0, the lower endpoint, and 1, the upper one."""


class FastOpen(IntEnum):
    """What became of data in a SYN (RFC 7413)."""

    NONE = 0
    PENDING = 1
    ACCEPTED = 2
    IGNORED = 3


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What was seen of one endpoint."""

    state: State = State.CLOSED
    proved: bool = False
    """It sent something that is possible in this state only; else the state needs the peer's packet to have arrived."""
    sent: bool = False
    """It sent anything at all."""
    syn: bool = False
    """It sent a SYN, with or without ACK."""
    synack: bool = False
    data: bool = False
    """It sent payload in a segment without SYN, FIN and RST."""
    pure_ack: bool = False
    """It sent an ACK without payload, SYN, FIN and RST."""
    fin: Role = NO_ROLE
    """The roles of its first FIN; 0 while it sent none."""
    fin_delivered: bool = False
    """Its FIN reached the peer: nothing before it was missing, or the peer acknowledged it."""
    fin_acked: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionState:
    """What is known of a connection beside its sequence numbers."""

    client: int
    """Side of the client: 0 or 1."""
    guessed: bool
    """The client was told by the ports, as neither SYN nor SYN+ACK was captured."""
    ends: tuple[Endpoint, Endpoint] = (Endpoint(), Endpoint())
    begun: bool = False
    """A segment was seen that a connection can begin with."""
    midstream: bool = False
    """It began with neither SYN nor SYN+ACK."""
    opened: bool = False
    """The handshake is complete, or was before the capture."""
    third: bool = False
    """The third segment of the handshake was seen."""
    simultaneous_open: bool = False
    fast_open: FastOpen = FastOpen.NONE
    first_fin: int = NOBODY
    """Side that sent the first FIN."""
    crossing: bool = False
    """The two FINs crossed: a simultaneous close."""
    merged: bool = False
    """One segment acknowledged the first FIN and carried the second."""
    reset_by: int = NOBODY
    """Side whose reset ended the connection before its close was complete."""
    reset_role: Role = NO_ROLE
    late_reset: bool = False
    """A reset followed the complete close."""
    zeek: tuple[int, int] = (zeek.ZeekState.INACTIVE, zeek.ZeekState.INACTIVE)
    """Both sides' states in Zeek's terms."""
    malformed_only: bool = True
    """Every segment so far was malformed, or a reset that answers one."""

    @property
    def closed(self) -> bool:
        """Both FINs were acknowledged."""
        return self.ends[0].fin_acked and self.ends[1].fin_acked

    @property
    def ended(self) -> bool:
        """Nothing but a new SYN can make something happen on these ports."""
        return self.closed or self.reset_by != NOBODY


def begin(client: int, guessed: bool) -> ConnectionState:
    """The state before a connection's first segment. `guessed` holds until a SYN or SYN+ACK says otherwise."""
    return ConnectionState(client, guessed)
