"""Plays a recording: starts the server, watches, runs the client, and stops once all is quiet."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.recording.network import PATIENCE, Host, Network, alone, relayed, trunked, wired
from tests.recording.promises import PROMISES, broken_promises
from tests.recording.recordings import RECORDINGS, Recording

ATTEMPTS = 3
"""How often a conversation may go another way than it should before that is an error."""

PAGES = {
    "index.html": '<!DOCTYPE html>\n<html lang="en">\n<title>Hello</title>\n<p>Hello, TCP.\n</html>\n',
    "about.html": '<!DOCTYPE html>\n<html lang="en">\n<title>About</title>\n<p>The second page.\n</html>\n',
    "numbers.txt": "".join(f"{number:06} is a number\n" for number in range(5200)),
}
"""What the web servers serve."""


def record(name: str, folder: Path) -> Path:
    """Record one capture into a folder, under its name. Raises RuntimeError where it does not show what it should."""
    target = folder / name
    broken: list[str] = []
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryDirectory() as scratch:
            capture = Path(scratch, name)
            _play(RECORDINGS[name], Path(scratch), capture)
            broken = broken_promises(capture, PROMISES[name])
            if not broken:
                shutil.copyfile(capture, target)
                return target
    raise RuntimeError(f"{name} is not what it should be: {'; '.join(broken)}")


def _play(recording: Recording, folder: Path, capture: Path) -> None:
    site = folder / "site"
    site.mkdir()
    for name, content in PAGES.items():
        (site / name).write_text(content, encoding="ascii")
    with _network(recording, folder) as network:
        for side, command in recording.prepare:
            _host(network, side).run(command)
        listening = ((recording.server, recording.port), *recording.more_servers)
        for command, _ in listening if recording.port else ():
            network.server.start(command.format(folder=folder))
        for _, port in listening if recording.port else ():
            network.server.await_listener(port)
        watcher = _host(network, recording.watched_by)
        with _watched(watcher, "lo" if recording.alone else recording.interface, recording.filter, capture):
            if recording.server and not recording.port:
                network.server.start(recording.server)
            network.client.run(recording.client, check=False)
            network.client.await_quiet()
            network.server.await_quiet()


def _network(recording: Recording, folder: Path) -> AbstractContextManager[Network]:
    if recording.alone:
        return alone(folder)
    if recording.watched_by == "trunk":
        return trunked(folder)
    return relayed(folder, recording.relay) if recording.relay else wired(folder)


def _host(network: Network, name: str) -> Host:
    host = {"client": network.client, "server": network.server, "trunk": network.trunk}[name]
    assert host is not None
    return host


@contextmanager
def _watched(host: Host, interface: str, capture_filter: str, capture: Path) -> Iterator[None]:
    """Write what passes an interface to a file, from the first line of the block to its last."""
    command = f"tcpdump --immediate-mode -n -U -Z root -i {interface} -w {capture} {capture_filter}"
    tcpdump = host.start(command, stderr=subprocess.PIPE)
    assert tcpdump.stderr is not None
    said = b""
    while b"listening on" not in said:
        line = tcpdump.stderr.readline()
        if not line:
            raise RuntimeError(f"tcpdump failed: {said.decode(errors='replace')}")
        said += line
    yield
    tcpdump.send_signal(signal.SIGINT)
    tcpdump.wait(PATIENCE)
