"""Each layer leads to the segment beneath it, with the segment's own numbers."""

import struct

import pytest

from tests.decode.packets import (
    ACK,
    DESTINATION4,
    DESTINATION6,
    SOURCE4,
    SOURCE6,
    SYN,
    decode,
    ethernet,
    extension,
    fragment6,
    gre,
    icmp,
    ipv4,
    ipv6,
    label,
    pppoe,
    tcp,
    udp,
    vlan,
    vxlan,
)
from tui.decode.columns import OPTION_CUT_OFF, Decoded, Protocol, QuotedSegment
from tui.files import link_types

PAYLOAD = b"GET / HTTP/1.1\r\n\r\n"
V4, V6 = ipv4(tcp(PAYLOAD)), ipv6(tcp(PAYLOAD))
FRAME = ethernet(0x0800, V4)
PPP4, PPP6 = b"\x00\x21" + V4, b"\x00\x57" + V6
AUTHENTICATED = bytes([6, 4]) + bytes(22) + tcp(PAYLOAD)
PPTP = struct.pack(">HHI", len(PPP4), 1, 2)
GTP = struct.pack(">BBHI", 0x30, 255, len(V4), 1)
GTP_EXTENDED = struct.pack(">BBHIHBB", 0x34, 255, len(V6) + 12, 1, 0, 0, 0x85) + b"\x01\0\0\xc0\x01\0\0\0"
JUMBO = extension(6, tcp(PAYLOAD), body=b"\xc2\x04" + struct.pack(">I", 100_000))

SEGMENTS = {
    "ethernet": (link_types.ETHERNET, FRAME),
    "ethernet ipv6": (link_types.ETHERNET, ethernet(0x86DD, V6)),
    "802.1Q": (link_types.ETHERNET, ethernet(0x8100, vlan(0x0800, V4))),
    "802.1ad": (link_types.ETHERNET, ethernet(0x88A8, vlan(0x8100, vlan(0x86DD, V6)))),
    "QinQ 9100": (link_types.ETHERNET, ethernet(0x9100, vlan(0x8100, vlan(0x0800, V4)))),
    "QinQ 9200": (link_types.ETHERNET, ethernet(0x9200, vlan(0x0800, V4))),
    "QinQ 9300": (link_types.ETHERNET, ethernet(0x9300, vlan(0x0800, V4))),
    "three tags": (link_types.ETHERNET, ethernet(0x88A8, vlan(0x8100, vlan(0x8100, vlan(0x0800, V4))))),
    "snap": (link_types.ETHERNET, ethernet(8 + len(V4), b"\xaa\xaa\x03\0\0\0\x08\0" + V4)),
    "null": (link_types.NULL, b"\x02\0\0\0" + V4),
    "null, other order": (link_types.NULL, b"\0\0\0\x02" + V4),
    "null ipv6 netbsd": (link_types.NULL, b"\x18\0\0\0" + V6),
    "null ipv6 freebsd": (link_types.NULL, b"\x1c\0\0\0" + V6),
    "null ipv6 macos": (link_types.NULL, b"\0\0\0\x1e" + V6),
    "null ipv6 linux": (link_types.NULL, b"\x0a\0\0\0" + V6),
    "loop": (link_types.LOOP, b"\0\0\0\x02" + V4),
    "raw": (link_types.RAW, V4),
    "raw ipv6": (link_types.RAW_BSD, V6),
    "raw openbsd": (link_types.RAW_OPENBSD, V4),
    "ipv4": (link_types.IPV4, V4),
    "ipv6": (link_types.IPV6, V6),
    "cooked": (link_types.LINUX_SLL, bytes(14) + b"\x08\0" + V4),
    "cooked, tagged": (link_types.LINUX_SLL, bytes(14) + b"\x81\0" + vlan(0x86DD, V6)),
    "cooked v2": (link_types.LINUX_SLL2, b"\x86\xdd" + bytes(18) + V6),
    "ppp": (link_types.PPP, PPP4),
    "ppp in hdlc framing": (link_types.PPP, b"\xff\x03" + PPP6),
    "ppp, protocol in a byte": (link_types.PPP, b"\x21" + V4),
    "ppp hdlc": (link_types.PPP_HDLC, b"\xff\x03" + PPP4),
    "ppp hdlc by cisco": (link_types.PPP_HDLC, b"\x0f\0\x08\0" + V4),
    "cisco hdlc": (link_types.C_HDLC, b"\x8f\0\x86\xdd" + V6),
    "ppp mpls": (link_types.PPP, b"\x02\x81" + label(V4)),
    "pppoe link": (link_types.PPP_ETHER, pppoe(PPP4)),
    "pppoe": (link_types.ETHERNET, ethernet(0x8864, pppoe(PPP6))),
    "mpls": (link_types.ETHERNET, ethernet(0x8847, label(label(V4), bottom=False))),
    "mpls multicast": (link_types.ETHERNET, ethernet(0x8848, label(V6))),
    "pseudowire": (link_types.ETHERNET, ethernet(0x8847, label(bytes(4) + FRAME))),
    "ipv4 options": (link_types.RAW, ipv4(tcp(PAYLOAD), options=b"\x01" * 12)),
    "hop by hop": (link_types.RAW, ipv6(extension(6, tcp(PAYLOAD)), 0)),
    "routing, destination": (link_types.RAW, ipv6(extension(60, extension(6, tcp(PAYLOAD), body=bytes(14))), 43)),
    "ah": (link_types.RAW, ipv6(AUTHENTICATED, 51)),
    "ah ipv4": (link_types.RAW, ipv4(AUTHENTICATED, 51)),
    "atomic fragment": (link_types.RAW, ipv6(fragment6(6, tcp(PAYLOAD)), 44)),
    "ipip": (link_types.RAW, ipv4(V4, 4)),
    "6in4": (link_types.RAW, ipv4(V6, 41)),
    "4in6": (link_types.RAW, ipv6(V4, 4)),
    "gre": (link_types.RAW, ipv4(gre(0x0800, V4), 47)),
    "gre checksum": (link_types.RAW, ipv4(gre(0x86DD, V6, flags=0x8000, optional=bytes(4)), 47)),
    "gre all fields": (link_types.RAW, ipv6(gre(0x0800, V4, flags=0xB000, optional=bytes(12)), 47)),
    "gre ethernet": (link_types.RAW, ipv4(gre(0x6558, FRAME, flags=0x2000, optional=bytes(4)), 47)),
    "gre mpls": (link_types.RAW, ipv4(gre(0x8847, label(V4)), 47)),
    "erspan I": (link_types.RAW, ipv4(gre(0x88BE, FRAME), 47)),
    "erspan II": (link_types.RAW, ipv4(gre(0x88BE, b"\x10" + bytes(7) + FRAME, flags=0x1000, optional=bytes(4)), 47)),
    "pptp": (link_types.RAW, ipv4(gre(0x880B, PPTP[4:] + PPP4, flags=0x3001, optional=PPTP[:4]), 47)),
    "pptp ack": (link_types.RAW, ipv4(gre(0x880B, bytes(8) + PPP4, flags=0x3081, optional=PPTP[:4]), 47)),
    "vxlan": (link_types.ETHERNET, ethernet(0x0800, ipv4(vxlan(FRAME), 17))),
    "vxlan in ipv6, tagged": (link_types.RAW, ipv6(vxlan(ethernet(0x8100, vlan(0x86DD, V6))), 17)),
    "geneve": (link_types.RAW, ipv4(udp(b"\0\0\x65\x58" + bytes(4) + FRAME, destination=6081), 17)),
    "geneve options": (link_types.RAW, ipv4(udp(b"\x02\0\x86\xdd" + bytes(12) + V6, destination=6081), 17)),
    "gtp-u": (link_types.RAW, ipv4(udp(GTP + V4, source=2152, destination=2152), 17)),
    "gtp-u extensions": (link_types.RAW, ipv4(udp(GTP_EXTENDED + V6, destination=2152), 17)),
    "l2tp": (link_types.RAW, ipv4(udp(b"\0\x02\0\x01\0\x01\xff\x03" + PPP4, destination=1701), 17)),
    "l2tp all fields": (
        link_types.RAW,
        ipv4(udp(struct.pack(">HHHHHHHH", 0x4A02, 18 + len(PPP4), 1, 1, 0, 0, 2, 0) + PPP4, source=1701), 17),
    ),
    "nested": (link_types.RAW, ipv4(gre(0x86DD, ipv6(vxlan(ethernet(0x0800, ipv4(V6, 41))), 17)), 47)),
}


def only_row(decoded: Decoded, *names: str) -> list[int]:
    return [int(getattr(decoded, name)[0]) for name in names]


@pytest.mark.parametrize("layers", SEGMENTS)
def test_the_innermost_segment_is_found(layers: str) -> None:
    link_type, frame = SEGMENTS[layers]
    decoded = decode(frame, link_type)
    assert decoded.protocol[0] == Protocol.TCP
    assert only_row(decoded, "source_port", "destination_port", "seq", "ack") == [49152, 80, 0xFFFFFFF0, 0x80000001]
    assert only_row(decoded, "window", "checksum", "flags", "header_length") == [0xFEDC, 0xBEEF, ACK, 20]
    assert only_row(decoded, "length", "tcp_offset") == [len(PAYLOAD), len(frame) - len(PAYLOAD) - 20]
    assert not decoded.fragmented[0]
    assert not decoded.truncated[0]
    addresses = only_row(decoded, "source_high", "source_low", "destination_high", "destination_low")
    if decoded.family[0] == 4:
        assert addresses == [0, SOURCE4, 0, DESTINATION4]
        assert only_row(decoded, "ip_id", "ttl") == [0xABCD, 63]
    else:
        assert addresses == [*SOURCE6, *DESTINATION6]
        assert only_row(decoded, "ip_id", "ttl") == [-1, 62]


@pytest.mark.parametrize(
    ("protocol", "link_type", "frame"),
    [
        (Protocol.UNKNOWN, 127, FRAME),
        (Protocol.OTHER, 1, ethernet(0x88CC, bytes(40))),
        (Protocol.OTHER, 1, ethernet(40, b"\x42\x42\x03" + bytes(37))),
        (Protocol.OTHER, 1, ethernet(0x8847, label(b"\x10" + bytes(40)))),
        (Protocol.OTHER, link_types.NULL, b"\x07\0\0\0" + V4),
        (Protocol.OTHER, link_types.PPP, b"\xc0\x21" + bytes(20)),
        (Protocol.OTHER, link_types.RAW, b"\x50" + bytes(40)),
        (Protocol.ARP, 1, ethernet(0x0806, bytes(28))),
        (Protocol.ARP, 1, ethernet(0x8100, vlan(0x0806, bytes(28)))),
        (Protocol.ARP, 1, ethernet(0x0800, ipv4(vxlan(ethernet(0x0806, bytes(28))), 17))),
        (Protocol.UDP, 1, ethernet(0x0800, ipv4(udp(bytes(30)), 17))),
        (Protocol.UDP, 1, ethernet(0x0800, ipv4(udp(bytes(8) + FRAME, destination=4789), 17))),
        (Protocol.UDP, 1, ethernet(0x0800, ipv4(udp(b"\x40" + bytes(60), destination=6081), 17))),
        (Protocol.UDP, 1, ethernet(0x0800, ipv4(udp(b"\x32\x01" + bytes(60), destination=2152), 17))),
        (Protocol.UDP, 1, ethernet(0x0800, ipv4(udp(b"\xc8\x02" + bytes(60), destination=1701), 17))),
        (Protocol.ICMP, 1, ethernet(0x0800, ipv4(icmp(8, V4), 1))),
        (Protocol.ICMPV6, 1, ethernet(0x86DD, ipv6(icmp(128, V6), 58))),
        (Protocol.IGMP, 1, ethernet(0x0800, ipv4(bytes(8), 2))),
        (Protocol.ESP, 1, ethernet(0x86DD, ipv6(bytes(40), 50))),
        (Protocol.SCTP, 1, ethernet(0x0800, ipv4(bytes(40), 132))),
        (Protocol.IP, 1, ethernet(0x0800, ipv4(bytes(40), 89))),
        (Protocol.IP, 1, ethernet(0x0800, V6)),
        (Protocol.IP, 1, ethernet(0x86DD, V4 + bytes(30))),
        (Protocol.IP, 1, ethernet(0x0800, b"\x44" + V4[1:])),
        (Protocol.IP, 1, ethernet(0x0800, ipv4(tcp(PAYLOAD), total=19))),
        (Protocol.IP, 1, ethernet(0x0800, ipv4(gre(0x0800, V4, flags=0x4000), 47))),
        (Protocol.IP, 1, ethernet(0x0800, ipv4(gre(0x880B, bytes(4), flags=0x2001), 47))),
        (Protocol.IP, 1, ethernet(0x0800, ipv4(extension(6, tcp(PAYLOAD)), 0))),
        (Protocol.FRAGMENT, 1, ethernet(0x0800, ipv4(tcp(PAYLOAD), fragment=0x2001))),
        (Protocol.FRAGMENT, 1, ethernet(0x86DD, ipv6(fragment6(6, tcp(PAYLOAD), offset=1), 44))),
        (Protocol.TCP_CUT, 1, FRAME[: 14 + 20 + 19]),
        (Protocol.TCP_CUT, 1, ethernet(0x0800, ipv4(tcp(), total=39))),
        (Protocol.TCP_CUT, 1, ethernet(0x86DD, ipv6(tcp(), length=19))),
    ],
)
def test_other_frames_are_named_and_have_no_numbers(protocol: Protocol, link_type: int, frame: bytes) -> None:
    decoded = decode(frame, link_type)
    assert Protocol(decoded.protocol[0]) is protocol
    assert only_row(decoded, "source_port", "seq", "length", "family", "window_scale", "ip_id") == [0, 0, 0, 0, -1, -1]
    assert decoded.quoted == []


@pytest.mark.parametrize("layers", [15, 16])
def test_nesting_is_followed_to_a_depth_of_sixteen(layers: int) -> None:
    frame = ipv4(tcp())
    for _ in range(layers - 2):
        frame = ipv4(frame, 4)
    expected = Protocol.TCP if layers < 16 else Protocol.IP
    assert Protocol(decode(frame, link_types.RAW).protocol[0]) is expected


def test_ethernet_padding_is_no_payload() -> None:
    assert decode(ethernet(0x0800, ipv4(tcp(b"a"))) + bytes(5)).length[0] == 1


def test_a_cut_segment_keeps_the_length_it_had_on_the_wire() -> None:
    decoded = decode(FRAME[:60], wire=len(FRAME))
    assert only_row(decoded, "length", "truncated") == [len(PAYLOAD), 1]


@pytest.mark.parametrize(
    "frame",
    [
        ethernet(0x0800, ipv4(tcp(PAYLOAD), total=0)),
        ethernet(0x86DD, ipv6(tcp(PAYLOAD), length=0)),
        ethernet(0x86DD, ipv6(extension(6, tcp(PAYLOAD)), 0, length=0)),
        ethernet(0x0800, ipv4(ipv4(tcp(PAYLOAD), total=0), 4, total=0)),
    ],
)
def test_without_an_ip_length_the_wire_length_counts(frame: bytes) -> None:
    assert only_row(decode(frame), "length", "truncated") == [len(PAYLOAD), 0]
    assert only_row(decode(frame, wire=len(frame) + 1000), "length", "truncated") == [len(PAYLOAD) + 1000, 1]


def test_within_a_tunnel_the_enclosing_packet_bounds_a_segment_without_an_ip_length() -> None:
    assert decode(ethernet(0x0800, ipv4(ipv4(tcp(b"ab"), total=0), 4)) + bytes(9)).length[0] == 2


def test_the_jumbo_payload_option_counts_in_full() -> None:
    decoded = decode(ipv6(JUMBO, 0, length=0), link_types.RAW, wire=100_040)
    assert only_row(decoded, "length", "truncated") == [100_000 - 8 - 20, 1]


@pytest.mark.parametrize(
    ("data_offset", "header_length", "length"), [(0, 0, 18), (4, 16, 18), (5, 20, 18), (9, 36, 2), (15, 60, 0)]
)
def test_a_bogus_data_offset_is_given_as_it_is(data_offset: int, header_length: int, length: int) -> None:
    decoded = decode(ethernet(0x0800, ipv4(tcp(PAYLOAD, data_offset=data_offset))))
    assert only_row(decoded, "protocol", "header_length", "length") == [Protocol.TCP, header_length, length]


@pytest.mark.parametrize(
    "frame",
    [
        ethernet(0x0800, ipv4(tcp(PAYLOAD), fragment=0x2000)),
        ethernet(0x86DD, ipv6(fragment6(6, tcp(PAYLOAD), more=True), 44)),
        ethernet(0x0800, ipv4(V4, 4, fragment=0x2000)),
    ],
)
def test_a_first_fragment_is_a_segment_and_says_so(frame: bytes) -> None:
    assert only_row(decode(frame), "protocol", "fragmented", "length") == [Protocol.TCP, 1, len(PAYLOAD)]


def test_all_twelve_flag_bits_are_kept() -> None:
    assert decode(ethernet(0x0800, ipv4(tcp(flags=0xFFF)))).flags[0] == 0xFFF


def test_the_window_scale_is_read_from_a_syn_only() -> None:
    options = b"\x02\x04\x05\xb4\x01\x03\x03\x09"
    assert decode(ethernet(0x0800, ipv4(tcp(options=options, flags=SYN)))).window_scale[0] == 9
    assert decode(ethernet(0x0800, ipv4(tcp(options=options, flags=ACK)))).window_scale[0] == -1
    assert decode(ethernet(0x0800, ipv4(gre(0x86DD, ipv6(tcp(options=options, flags=SYN))), 47))).window_scale[0] == 9


SYN_OPTIONS = bytes.fromhex("020405b4 0402080a 80000001 00000000 01030307")
SACK_OPTIONS = bytes.fromhex("0101080a 00000005 00000006 0101050a fffffff0 00000010")


def test_options_of_syns_and_of_other_segments() -> None:
    """As Linux sends them, directly and in a tunnel that is walked through."""
    for around in (
        lambda packet: packet,
        lambda packet: ipv4(gre(0x0800, packet, flags=0x2000, optional=bytes(4)), 47),
    ):
        columns = ("mss", "has_timestamps", "tsval", "tsecr")
        syn = decode(ethernet(0x0800, around(ipv4(tcp(options=SYN_OPTIONS, flags=SYN)))))
        assert only_row(syn, *columns) == [1460, 1, 0x80000001, 0]
        assert syn.sack == {}
        answer = decode(ethernet(0x0800, around(ipv4(tcp(PAYLOAD, options=SACK_OPTIONS)))))
        assert only_row(answer, *columns) == [0, 1, 5, 6]
        assert answer.sack == {0: ((0xFFFFFFF0, 0x10),)}
        without = decode(ethernet(0x0800, around(ipv4(tcp(options=SYN_OPTIONS[:4])))))
        assert only_row(without, *columns) == [0, 0, 0, 0]


def test_options_of_a_cut_header_are_those_that_are_there_in_full() -> None:
    frame = ethernet(0x0800, ipv4(tcp(options=SYN_OPTIONS, flags=SYN)))
    for options_there, expected in ((3, [0, 0]), (4, [1460, 0]), (15, [1460, 0]), (16, [1460, 1]), (19, [1460, 1])):
        cut = decode(frame[: 14 + 20 + 20 + options_there], wire=len(frame))
        assert only_row(cut, "mss", "has_timestamps", "window_scale") == [*expected, OPTION_CUT_OFF]
    answer = ethernet(0x0800, ipv4(tcp(options=SACK_OPTIONS)))
    assert decode(answer[:-8], wire=len(answer)).sack == {}
    assert decode(answer[:-8], wire=len(answer)).tsval[0] == 5


@pytest.mark.parametrize("icmp_type", [3, 4, 5, 11, 12])
def test_an_icmp_error_quotes_a_segment(icmp_type: int) -> None:
    quoted = ipv4(tcp()[:8], options=bytes(4), total=1500)
    decoded = decode(ethernet(0x0800, ipv4(icmp(icmp_type, quoted), 1)))
    assert Protocol(decoded.protocol[0]) is Protocol.ICMP
    assert decoded.quoted == [QuotedSegment(0, icmp_type, 1, 4, (0, SOURCE4), (0, DESTINATION4), 49152, 80, 0xFFFFFFF0)]


@pytest.mark.parametrize("icmp_type", [1, 2, 3, 4])
def test_an_icmpv6_error_quotes_a_segment(icmp_type: int) -> None:
    quoted = ipv6(extension(6, tcp()), 60, length=1460)
    decoded = decode(ethernet(0x86DD, ipv6(icmp(icmp_type, quoted), 58)))
    assert Protocol(decoded.protocol[0]) is Protocol.ICMPV6
    assert decoded.quoted == [QuotedSegment(0, icmp_type, 1, 6, SOURCE6, DESTINATION6, 49152, 80, 0xFFFFFFF0)]


@pytest.mark.parametrize(
    "quoted", [ipv4(udp(bytes(8)), 17), ipv4(tcp()[:7]), ipv4(tcp(), fragment=1), ipv4(V4, 4), b"", b"\x45\0"]
)
def test_an_icmp_error_about_something_else_quotes_nothing(quoted: bytes) -> None:
    decoded = decode(ethernet(0x0800, ipv4(icmp(3, quoted), 1)))
    assert Protocol(decoded.protocol[0]) is Protocol.ICMP
    assert decoded.quoted == []
