"""Fields of TCP segments under Wireshark's names, its analysis included."""

from tui.query.display.field import Field, FieldType, Source
from tui.query.display.network_fields import flag, number, protocol
from tui.tcp.rules.analysis import ANALYSIS_NAMES, AnalysisFlag

_STORED, _HEADER, _PAYLOAD = Source.STORED, Source.HEADER, Source.PAYLOAD
_SECONDS, _LABEL = FieldType.SECONDS, FieldType.LABEL

HEADER_FIELDS = (
    protocol("tcp", "TCP"),
    number("tcp.srcport", 16, "sender's port", _STORED),
    number("tcp.dstport", 16, "receiver's port", _STORED),
    number("tcp.port", 16, "either port", _STORED, many=True),
    number("tcp.stream", 32, "number of the connection, from 0", _STORED),
    number("tcp.len", 32, "payload bytes", _STORED),
    number("tcp.seq", 32, "sequence number from the connection's beginning", _STORED),
    number("tcp.seq_raw", 32, "sequence number as on the wire", _STORED),
    number("tcp.nxtseq", 32, "sequence number after the segment", _STORED),
    number("tcp.ack", 32, "acknowledgement number from the connection's beginning", _STORED),
    number("tcp.ack_raw", 32, "acknowledgement number as on the wire", _STORED),
    number("tcp.hdr_len", 8, "bytes of the header", _STORED),
    number("tcp.window_size_value", 16, "window as on the wire", _STORED),
    number("tcp.window_size", 32, "window in bytes, scaled where the scale is known", _STORED),
    Field("tcp.window_size_scalefactor", FieldType.SIGNED, "factor of the window; -1 unknown, -2 none", _STORED, 32),
    number("tcp.checksum", 16, "checksum"),
    number("tcp.urgent_pointer", 16, "urgent pointer"),
    Field("tcp.time_relative", _SECONDS, "seconds since the connection's first segment", _STORED),
    Field("tcp.time_delta", _SECONDS, "seconds since the connection's segment before", _STORED),
    number("tcp.completeness", 8, "sum of 1 SYN, 2 SYN+ACK, 4 ACK, 8 data, 16 FIN, 32 reset", Source.CONNECTION),
    Field("tcp.payload", FieldType.BYTES, "the payload", _PAYLOAD),
)

FLAG_FIELDS = (
    number("tcp.flags", 16, "flags as a number: 0x02 SYN, 0x10 ACK", _STORED),
    Field("tcp.flags.str", FieldType.STRING, "flags as twelve characters, such as ·······A··S·", _STORED),
    flag("tcp.flags.syn", "SYN"),
    flag("tcp.flags.ack", "ACK"),
    flag("tcp.flags.fin", "FIN"),
    flag("tcp.flags.reset", "RST"),
    flag("tcp.flags.push", "PSH"),
    flag("tcp.flags.urg", "URG"),
    flag("tcp.flags.ece", "ECN-Echo"),
    flag("tcp.flags.cwr", "congestion window reduced"),
    flag("tcp.flags.ae", "accurate ECN"),
)

OPTION_FIELDS = (
    Field("tcp.options", FieldType.BYTES, "all options", _HEADER),
    Field("tcp.options.mss", _LABEL, "has a maximum segment size", _HEADER),
    number("tcp.options.mss_val", 16, "maximum segment size", many=True),
    Field("tcp.options.wscale", _LABEL, "has a window scale", _HEADER),
    number("tcp.options.wscale.shift", 8, "shift of the window scale", many=True),
    Field("tcp.options.sack_perm", _LABEL, "permits selective acknowledgements", _HEADER),
    Field("tcp.options.sack", _LABEL, "has selective acknowledgements", _HEADER),
    number("tcp.options.sack_le", 32, "left edges of selective acknowledgements", many=True),
    number("tcp.options.sack_re", 32, "right edges of selective acknowledgements", many=True),
    Field("tcp.options.timestamp", _LABEL, "has timestamps", _STORED),
    number("tcp.options.timestamp.tsval", 32, "sender's timestamp", _STORED),
    number("tcp.options.timestamp.tsecr", 32, "timestamp echoed", _STORED),
)

_ANALYSIS_ABOUT = {
    AnalysisFlag.RETRANSMISSION: "sent again, fast or spurious or otherwise",
    AnalysisFlag.FAST_RETRANSMISSION: "sent again after duplicate ACKs",
    AnalysisFlag.SPURIOUS_RETRANSMISSION: "sent again though acknowledged",
    AnalysisFlag.OUT_OF_ORDER: "came after a later segment",
    AnalysisFlag.LOST_SEGMENT: "a segment before it is missing",
    AnalysisFlag.ACK_LOST_SEGMENT: "acknowledges bytes not captured",
    AnalysisFlag.KEEP_ALIVE: "keep-alive",
    AnalysisFlag.KEEP_ALIVE_ACK: "answer to a keep-alive",
    AnalysisFlag.ZERO_WINDOW: "announces a window of zero",
    AnalysisFlag.ZERO_WINDOW_PROBE: "probe of a window of zero",
    AnalysisFlag.ZERO_WINDOW_PROBE_ACK: "answer to a probe of a window of zero",
    AnalysisFlag.WINDOW_UPDATE: "announces another window only",
    AnalysisFlag.WINDOW_FULL: "fills the receiver's window",
    AnalysisFlag.REUSED_PORTS: "opens a connection on ports used before",
    AnalysisFlag.DUPLICATE_ACK: "repeats an ACK",
}

ANALYSIS_FIELDS = (
    Field("tcp.analysis", _LABEL, "Wireshark's analysis says something", _STORED),
    Field("tcp.analysis.flags", _LABEL, "Wireshark's analysis finds something unusual", _STORED),
    *(
        Field(f"tcp.analysis.{name}", _LABEL, _ANALYSIS_ABOUT[finding], _STORED)
        for finding, name in ANALYSIS_NAMES.items()
    ),
    number("tcp.analysis.duplicate_ack_num", 32, "how many times the ACK was repeated", _STORED),
    number("tcp.analysis.duplicate_ack_frame", 32, "frame of the ACK repeated", _STORED),
    number("tcp.analysis.acks_frame", 32, "frame acknowledged", _STORED),
    number("tcp.analysis.bytes_in_flight", 32, "bytes sent and not acknowledged", _STORED),
    Field("tcp.analysis.ack_rtt", _SECONDS, "seconds since the frame acknowledged", _STORED),
    Field("tcp.analysis.initial_rtt", _SECONDS, "seconds of the handshake", Source.CONNECTION),
    Field("tcp.analysis.rto", _SECONDS, "seconds until it was sent again", _STORED),
    number("tcp.analysis.rto_frame", 32, "frame that the time until sent again counts from", _STORED),
)

TCP_FIELDS = (*HEADER_FIELDS, *FLAG_FIELDS, *OPTION_FIELDS, *ANALYSIS_FIELDS)
