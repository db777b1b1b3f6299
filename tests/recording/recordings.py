"""How each capture comes about: who runs what, and where it is watched."""

from dataclasses import dataclass
from typing import Literal

PROGRAMS = "python3 -m tests.recording.programs"
WEB = "python3 -m http.server --directory site"


@dataclass(frozen=True, slots=True)
class Recording:
    """A conversation of a client and a server, as 10.0.0.1 and 10.0.0.2, or on 127.0.0.1 where they are alone."""

    client: str
    """Command that is run to its end."""
    server: str = ""
    """Command that is started before; nothing where there is no server."""
    port: int = 0
    """Port on which the server is waited for."""
    more_servers: tuple[tuple[str, int], ...] = ()
    """Commands of other servers that are started before, and the port of each."""
    prepare: tuple[tuple[Literal["client", "server"], str], ...] = ()
    """Commands that are run before, and on which host."""
    alone: bool = False
    """Both run on one host, and `lo` is watched."""
    relay: tuple[str, ...] = ()
    """Rules of the relay between the hosts; they are on one wire where there are none."""
    watched_by: Literal["client", "server", "trunk"] = "client"
    """Whose interface; `trunk` puts two switches and a VLAN between the hosts, and watches one of the switches."""
    interface: str = "eth0"
    filter: str = "tcp"


def pair(program: str, port: int, **others: object) -> Recording:
    """A recording of one of our own programs, which is both sides."""
    sides = {side: f"{PROGRAMS}.{program} {side} 10.0.0.2 {port}" for side in ("client", "server")}
    return Recording(**sides, port=port, **others)  # type: ignore[arg-type]  # checked by the data class


def drop(port: int) -> tuple[tuple[Literal["server"], str], ...]:
    """Commands for a firewall that drops what comes to a port of the server."""
    return (
        ("server", "nft add table inet wall"),
        ("server", "nft add chain inet wall input '{ type filter hook input priority 0; }'"),
        ("server", f"nft add rule inet wall input tcp dport {port} drop"),
    )


NEW_KEY = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=www.example.org"
    " -keyout key.pem -out certificate.pem"
)
TLS_SERVER = "openssl s_server -accept 443 -cert certificate.pem -key key.pem -www"
HTTPS = "curl -s -k --resolve www.example.org:443:10.0.0.2 https://www.example.org/"
HOST_KEY = "ssh-keygen -q -t ed25519 -N '' -C '' -f host_key"
SSHD = "/usr/sbin/sshd -D -f /dev/null -o HostKey={folder}/host_key -o ListenAddress=10.0.0.2 -o PidFile=none"
SSH_SERVER = f"sh -c 'mount -t tmpfs run /run && mkdir /run/sshd && exec {SSHD}'"
"""With the folder that sshd wants, in a file system that it alone sees."""

TEN_CONNECTIONS = (
    "curl -s http://10.0.0.2:8080/",
    "exec 6<>/dev/tcp/10.0.0.2/6379; echo PING >&6; read -u 6; exec 6<&-",
    "curl -s http://10.0.0.2:8081/",
    HTTPS,
    "curl -s http://10.0.0.2:8080/ http://10.0.0.2:8080/about.html",
    "ssh-keyscan -t ed25519 10.0.0.2",
    "curl -s --connect-timeout 2 http://10.0.0.2:8082/",
    f"{PROGRAMS}.half_close client 10.0.0.2 7001",
    f"{PROGRAMS}.unread client 10.0.0.2 7006",
    f"{PROGRAMS}.greeting client 10.0.0.2 9999",
)
"""What a client does, one after the other."""

RECORDINGS = {
    "curl-http.pcap": Recording(
        alone=True, client="curl -s http://127.0.0.1:8080/", server=f"{WEB} --bind 127.0.0.1 8080", port=8080
    ),
    "curl-four-segments.pcap": Recording(
        client="curl -s http://10.0.0.2:8080/",
        server=f"{PROGRAMS}.busy_web_server 10.0.0.2 8080",
        port=8080,
    ),
    "curl-two-pages.pcap": Recording(
        client="curl -s http://10.0.0.2:8080/ http://10.0.0.2:8080/about.html",
        server=f"{WEB} --protocol HTTP/1.1 --bind 10.0.0.2 8080",
        port=8080,
    ),
    "redis-ping.pcap": Recording(
        alone=True,
        client="bash -c 'exec 6<>/dev/tcp/127.0.0.1/6379; echo PING >&6; read -u 6; exec 6<&-'",
        server="redis-server --bind 127.0.0.1 --port 6379 --save ''",
        port=6379,
    ),
    "echo-any.pcap": pair("echo", 7000, watched_by="server", interface="any", filter="tcp or arp"),
    "python-client-first.pcap": pair("question", 9999),
    "python-server-first.pcap": pair("greeting", 9999),
    "half-closed.pcap": pair("half_close", 7001),
    "simultaneous-close.pcap": pair("both_close", 7002, relay=("delay=0.01", "hold=FIN")),
    "simultaneous-open.pcap": Recording(
        server=f"{PROGRAMS}.both_connect 10.0.0.2 7004 10.0.0.1 7003",
        client=f"{PROGRAMS}.both_connect 10.0.0.1 7003 10.0.0.2 7004",
        relay=("delay=0.01", "hold=SYN"),
    ),
    "refused.pcap": Recording(alone=True, client="curl -s http://127.0.0.1:8081/"),
    "unanswered.pcap": Recording(
        prepare=drop(8080),
        client="curl -s --connect-timeout 7 http://10.0.0.2:8080/",
    ),
    "reset-abort.pcap": pair("abort", 7005, relay=("delay=0.02",)),
    "reset-unread.pcap": pair("unread", 7006),
    "lossy.pcap": Recording(
        client="curl -s http://10.0.0.2:8080/numbers.txt",
        server=f"{WEB} --bind 10.0.0.2 8080",
        port=8080,
        relay=("delay=0.01", "lose=12,30,31,52", "late=42", "double=5"),
        watched_by="server",
    ),
    "zero-window.pcap": pair(
        "slow_reader", 7007, prepare=(("server", "sysctl -w 'net.ipv4.tcp_rmem=4096 8192 8192'"),)
    ),
    "keep-alive.pcap": pair("idle", 7008),
    "ipv6-http.pcap": Recording(
        client="curl -s -g http://[fd00::2]:8080/", server=f"{WEB} --bind fd00::2 8080", port=8080
    ),
    "tls.pcap": Recording(
        prepare=(("server", NEW_KEY),),
        client=HTTPS,
        server=TLS_SERVER,
        port=443,
    ),
    "ssh.pcap": Recording(
        prepare=(("server", HOST_KEY),),
        client="ssh-keyscan -t ed25519 10.0.0.2",
        server=SSH_SERVER,
        port=22,
    ),
    "vlan.pcap": Recording(
        client="curl -s http://10.0.0.2:8080/",
        server=f"{WEB} --bind 10.0.0.2 8080",
        port=8080,
        watched_by="trunk",
        interface="server",
        filter="vlan 7 and tcp",
    ),
    "ten-connections.pcap": Recording(
        prepare=(("server", NEW_KEY), ("server", HOST_KEY), *drop(8082)),
        client=f"bash -c '{'; '.join(TEN_CONNECTIONS)}'",
        server=f"{WEB} --protocol HTTP/1.1 --bind 10.0.0.2 8080",
        port=8080,
        more_servers=(
            ("redis-server --bind 10.0.0.2 --port 6379 --save '' --protected-mode no", 6379),
            (TLS_SERVER, 443),
            (SSH_SERVER, 22),
            (f"{PROGRAMS}.half_close server 10.0.0.2 7001", 7001),
            (f"{PROGRAMS}.unread server 10.0.0.2 7006", 7006),
            (f"{PROGRAMS}.greeting server 10.0.0.2 9999", 9999),
        ),
        filter="tcp or arp",
    ),
}
"""Name of each capture, and how it comes about."""
