"""Connections as JSON objects. The keys are a public interface: none is ever missing."""

from typing import Any

from tui import views


def connection_object(account: views.Account, notes: dict[str, int], analysis: dict[str, int]) -> dict[str, Any]:
    """A connection; `notes`, `analysis`: how often each name stands in its segments."""
    view, measures = account.view, account.measures
    client, server = measures.sent
    return {
        "connection": view.connection,
        "client": view.client,
        "server": view.server,
        "client_address": view.client_address,
        "client_port": view.client_port,
        "server_address": view.server_address,
        "server_port": view.server_port,
        "client_guessed": view.client_guessed,
        "first_frame": view.first_frame,
        "last_frame": view.last_frame,
        "start_ns": view.start_ns,
        "duration": view.duration,
        "opening": view.opening,
        "closing": view.closing,
        "closed_by": view.closed_by,
        "client_state": view.client_state,
        "server_state": view.server_state,
        "verdict": view.verdict,
        "problems": account.problems,
        "summary": account.summary,
        "story": [line.text for line in account.story],
        "zeek_state": view.zeek_state,
        "zeek_history": view.zeek_history,
        "completeness": view.completeness,
        "handshake_rtt": view.handshake_time,
        "connect_time": view.connect_time,
        "time_to_first_byte": view.time_to_first_byte,
        "teardown_time": view.teardown_time,
        "half_closed_time": view.half_closed_time,
        "packets": {"client": client.packets, "server": server.packets},
        "payload_bytes": {"client": client.payload_bytes, "server": server.payload_bytes},
        "unique_bytes": {"client": client.unique_bytes, "server": server.unique_bytes},
        "retransmitted_packets": {"client": client.retransmitted_packets, "server": server.retransmitted_packets},
        "retransmitted_bytes": {"client": client.retransmitted_bytes, "server": server.retransmitted_bytes},
        "rtt": {"client": _round_trips(client.rtt), "server": _round_trips(server.rtt)},
        "icmp_errors": [{"frame": frame, "type": kind, "code": code} for frame, kind, code in view.icmp_errors],
        "analysis": analysis,
        "notes": notes,
    }


def _round_trips(rtt: views.RoundTrips | None) -> dict[str, float | None]:
    if rtt is None:
        return _NO_ROUND_TRIPS
    return {"samples": rtt.samples, "min": rtt.min, "mean": rtt.mean, "p95": rtt.p95, "max": rtt.max}


_NO_ROUND_TRIPS: dict[str, float | None] = {"samples": 0, "min": None, "mean": None, "p95": None, "max": None}
