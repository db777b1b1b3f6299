"""Which endpoint is the client where the opening was not captured."""

SERVICE_PORTS = frozenset(
    [
        *(20, 21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 179, 389, 443, 445, 465, 514, 587, 636, 873, 990, 993),
        *(995, 1080, 1433, 1521, 1723, 1883, 2049, 2181, 2333, 2375, 3128, 3306, 3389, 4369, 5000, 5060, 5432, 5672),
        *(5900, 5985, 6379, 6443, 6667, 8000, 8080, 8443, 8888, 9000, 9042, 9090, 9092, 9200, 11211, 15672, 27017),
        *(50000, 60000),
    ]
)
"""Ports that servers listen on; never read from the machine, or reports would differ between machines."""

_SYSTEM_PORTS = 1024
_EPHEMERAL_PORTS = 32768


def guess_server(sender_port: int, receiver_port: int) -> bool:
    """Whether the sender of a connection's first captured segment is the server, judged by the ports alone.

    The server is the side with a service port where the other has none; else the one below 1024, else the one
    below 32768 where the other is not; else the receiver.
    """
    tests = (
        (sender_port in SERVICE_PORTS, receiver_port in SERVICE_PORTS),
        (sender_port < _SYSTEM_PORTS, receiver_port < _SYSTEM_PORTS),
        (sender_port < _EPHEMERAL_PORTS, receiver_port < _EPHEMERAL_PORTS),
    )
    for sender_serves, receiver_serves in tests:
        if sender_serves != receiver_serves:
            return sender_serves
    return False
