"""Hypothesis strategies for captures: mixtures of anything, and connections that are right but for a few segments.

A capture is drawn by its seed, a hundred times faster than segment by segment, and by the number of its segments, so
that a counterexample shrinks to its shortest beginning.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from hypothesis import strategies as st

from tests.tcp.wire import Endpoint, Packet

ISNS = (1000, 5000, 2**32 - 1, 2**32 - 20, 2**31)
ENDPOINTS = (
    (Endpoint("10.0.0.1", 40000), Endpoint("10.0.0.2", 80)),
    (Endpoint("10.0.0.2", 443), Endpoint("10.0.0.1", 443)),
    (Endpoint("2001:db8::1", 40000), Endpoint("2001:db8::2", 22)),
    (Endpoint("10.0.0.9", 7), Endpoint("10.0.0.9", 7)),
)
FLAGS = ("S", "S.", ".", "P.", "F.", "R", "R.", "", "F", "FPU", "SF", "SR", "FR.", "S.F", "P")
COMMON = ("S", "S.", ".", ".", ".", "P.", "F.", "R", "R.")
NUMBERS = (-1, 0, 1, 1, 2, 11, 11, 21, 22, 31, 3000, 70000)
"""Relative numbers of the mixtures: of the handshake, around data and FINs, inside and outside of a window."""
WINDOWS = (0, 1, 500, 4000)
FAR = (-1000, -1, 1, 50, 3000, 2**31, 2**30)


def with_options(random: Random, packets: list[Packet]) -> list[Packet]:
    """The same packets, some of them with the options that findings look at: right ones, and any others."""
    if random.randrange(2):
        return packets
    clock = random.choice((1, 2**32 - 40))
    for place, packet in enumerate(packets):
        changes: dict[str, object] = {}
        if random.randrange(8):
            changes["timestamps"] = ((clock + place + random.choice((0, 0, 0, -5, 9))) % 2**32, clock)
        if packet.flags.startswith("S") and random.randrange(2):
            changes["mss"] = random.choice((0, 5, 50, 1460))
        if "." in packet.flags and not random.randrange(3):
            edges = [packet.ack + random.choice((-20, -10, 0, 10, 20, 40, 100, 2**31)) for _ in range(4)]
            changes["sack"] = tuple(zip(edges[:2], edges[2:], strict=True))[: random.choice((1, 1, 2))]
        packets[place] = replace(packet, **changes)  # type: ignore[arg-type]
    return packets


def mixtures(size: int = 30) -> st.SearchStrategy[list[Packet]]:
    """Segments of any kind on few pairs of endpoints, with few numbers, so that they meet each other."""
    return _seeded(mixture, size)


def conversations(size: int = 120) -> st.SearchStrategy[list[Packet]]:
    """Connections that follow the rules, interleaved, in which single segments are then lost, doubled or bent."""
    return _seeded(lambda random, _: conversation_with_faults(random), size)


def _seeded(build: Callable[[Random, int], list[Packet]], size: int) -> st.SearchStrategy[list[Packet]]:
    def packets(seed: int, count: int) -> list[Packet]:
        random = Random(seed)
        return with_options(random, build(random, size))[:count]

    return st.builds(packets, st.integers(0, 2**32 - 1), st.integers(1, size))


def mixture(random: Random, size: int) -> list[Packet]:
    """So many segments of any kind."""
    pairs = random.sample(ENDPOINTS, random.choice((1, 1, 2, 3)))
    isns = {pair: (random.choice(ISNS), random.choice(ISNS)) for pair in pairs}
    opened = random.choice((True, False))
    packets: list[Packet] = []
    time_ns = 10**18
    while len(packets) < size:
        time_ns += random.choice((0, 100_000, 5_000_000, 50_000_000, -3_000_000))
        if packets and not random.randrange(10):
            packets.append(replace(random.choice(packets[-5:]), time_ns=time_ns))
            continue
        pair = random.choice(pairs)
        flags = random.choice(COMMON if random.randrange(8) else FLAGS)
        way = random.randrange(2)
        if opened and len(packets) < 3 and len(pairs) == 1:
            flags, way = ("S", "S.", ".")[len(packets)], len(packets) % 2
        seq, ack = _numbers(random, flags)
        packets.append(
            Packet(
                *(pair if way == 0 else pair[::-1]),
                flags=flags,
                seq=isns[pair][way] + seq,
                ack=isns[pair][1 - way] + ack,
                length=random.choice((0, 1, 10, 10)) if "P" in flags or not random.randrange(5) else 0,
                window=random.choice(WINDOWS),
                scale=random.choice((None, 0, 2, 15)) if "S" in flags else None,
                time_ns=time_ns,
                ip_id=len(packets) + 1 if random.randrange(4) else random.randrange(3),
                interface=random.randrange(2),
            )
        )
    return packets


def _numbers(random: Random, flags: str) -> tuple[int, int]:
    """Relative seq and ack of a segment of a mixture."""
    if "S" not in flags:
        return random.choice(NUMBERS), random.choice(NUMBERS)
    other = flags == "S" and not random.randrange(4)
    return random.choice((-50, 777, 2**31 - 5) if other else (0, 0, 1)), random.choice((1, 1, 1, 0, 5))


def conversation_with_faults(random: Random) -> list[Packet]:
    """Up to three pairs of endpoints, each with one connection or two in a row."""
    lanes = []
    for pair in random.sample(ENDPOINTS[:3], random.choice((1, 1, 2, 3))):
        lane = conversation(random, *pair, random.randrange(6))
        if random.randrange(2):
            lane += conversation(random, *pair, 2)
        lanes.append(lane)
    packets: list[Packet] = []
    while lanes:
        lane = random.choice(lanes)
        count = random.randint(1, 8)
        packets += lane[:count]
        del lane[:count]
        lanes = [lane for lane in lanes if lane]
    for _ in range(random.randrange(7)):
        bend(random, packets)
    return packets


def conversation(random: Random, client: Endpoint, server: Endpoint, runs: int) -> list[Packet]:
    """One connection from SYN to its end: runs of data in one direction, acknowledged now and then."""
    ends = (client, server)
    number = [random.choice(ISNS), random.choice(ISNS)]
    windows = random.choice(((4000,), (500, 4000), WINDOWS))
    packets: list[Packet] = []

    def send(side: int, flags: str, length: int = 0, scale: int | None = None) -> None:
        ack = number[1 - side] if "." in flags else 0
        window = random.choice(windows)
        packets.append(Packet(ends[side], ends[1 - side], flags, number[side], ack, length, window, scale))
        number[side] += length + ("S" in flags) + ("F" in flags)

    shift = random.choice((None, 3))
    send(0, "S", scale=shift)
    send(1, "S.", scale=shift)
    send(0, ".")
    for _ in range(runs):
        side = random.randrange(2)
        for _ in range(random.randint(1, 6)):
            send(side, "P.", random.choice((1, 10, 100)))
            if random.randrange(2):
                send(1 - side, ".")
    first = random.randrange(2)
    ending = random.choice(("four", "three", "crossing", "reset", "none", "half"))
    if ending == "reset":
        send(first, "R.")
    elif ending == "crossing":
        send(first, "F.")
        number[first] -= 1
        send(1 - first, "F.")
        number[first] += 1
        send(first, ".")
        send(1 - first, ".")
    elif ending != "none":
        send(first, "F.")
        if ending != "three":
            send(1 - first, ".")
            send(1 - first, "P.", 10)
            send(first, ".")
        if ending != "half":
            send(1 - first, "F.")
            send(first, ".")
    return packets


def bend(random: Random, packets: list[Packet]) -> None:
    """One change: a segment lost, sent again, recorded twice, moved or altered, or a foreign one put between."""
    if not packets:
        return
    place = random.randrange(len(packets))
    packet = packets[place]
    target = min(len(packets), place + random.randint(1, 12))
    change = random.choice(("lose", "again", "twice", "move", "number", "flags", "foreign", "foreign", "window"))
    if change == "lose":
        del packets[place]
    elif change == "again":
        packets.insert(target, packet)
    elif change == "twice":
        packets[place] = replace(packet, ip_id=9)
        packets.insert(place + 1, replace(packet, ip_id=9))
    elif change == "move":
        packets.insert(target - 1, packets.pop(place))
    elif change == "number":
        if random.randrange(2):
            packets[place] = replace(packet, seq=packet.seq + random.choice(FAR))
        else:
            packets[place] = replace(packet, ack=packet.ack + random.choice(FAR))
    elif change == "flags":
        packets[place] = replace(packet, flags=random.choice(FLAGS))
    elif change == "foreign":
        flags = random.choice(("S", "S", "R", "R", "R.", "S.", "F.", "."))
        seq = packet.seq + packet.length + random.choice((0, 1, 20, 300, -300, 2**31))
        for number in range(random.choice((1, 1, 2))):
            packets.insert(target, replace(packet, flags=flags, length=0, seq=seq + number))
    else:
        packets[place] = replace(packet, window=random.choice(WINDOWS), length=packet.length + 1)
