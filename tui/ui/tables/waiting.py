"""What the tables say while nothing has been captured yet: why, and what to try in another window."""

import re
from collections.abc import Sequence

from tui.text import printable
from tui.ui.model import Model

TRIALS = {
    22: "ssh {host}",
    53: "dig +tcp example.org",
    80: "curl http://{url_host}/",
    443: "curl https://{url_host}/",
    6379: "exec 6<>/dev/tcp/{host}/6379; echo PING >&6; read -u 6; exec 6<&-",
    8000: "curl http://{url_host}:8000/",
    8080: "curl http://{url_host}:8080/",
}
"""A command, for a server's port, that makes a connection to it."""

ANY_PORT = "exec 6<>/dev/tcp/{host}/{port}; exec 6<&-"
"""A command of bash that opens and closes a connection to any port."""

LOOPBACKS = ("lo", "lo0")
"""Interfaces on which only this machine speaks with itself."""

KEYS = "Keys: ? help, q quit"


def words_while_waiting(model: Model) -> str:
    """Why there is no frame yet in a stream, in lines."""
    live = model.live
    if live is None:
        return f"Waiting for packets from {model.source_name} …\n{KEYS}"
    if not live.running:
        return "The capture is stopped, and there is nothing to show: p starts it again."
    reasons = [f"{printable(name)} {printable(reason)}; waiting for it." for name, reason in live.waiting.items()]
    chosen = f" that pass the filter `{model.filter}`" if model.filter else ""
    lines = [f"Waiting for packets on {model.source_name}{chosen} …", *reasons]
    if reasons:
        return "\n".join([*lines, KEYS])
    return "\n".join([*lines, f"Try in another window:  {trial(model.source_name.split(', '), model.filter)}", KEYS])


def trial(interfaces: Sequence[str], expression: str) -> str:
    """A command that makes packets which these interfaces see and which this capture filter selects."""
    host = re.search(r"\bhost\s+([\w.:-]+)", expression)
    here = "127.0.0.1" if all(name in LOOPBACKS for name in interfaces) else "example.org"
    address = host[1] if host else here
    port = re.search(r"\bport\s+(\d+)", expression)
    number = int(port[1]) if port else 8000 if here == "127.0.0.1" else 80
    url_host = f"[{address}]" if ":" in address else address
    return TRIALS.get(number, ANY_PORT).format(host=address, url_host=url_host, port=number)
