"""The dissector's side of its protocol: lines in, field trees out."""

import base64
import importlib
import json
import os
from types import ModuleType

from tui.dissect.confinement import confine, start_clock, stop_clock

PIECE = 1 << 16
"""Bytes read at once."""


def serve(requests: int, answers: int) -> None:
    """Answer the requests of one descriptor on another until they end."""
    try:
        frames = importlib.import_module("tui.dissect.frames")
    except ImportError as error:
        _write(answers, {"missing": str(error)})
        return
    confine()
    _write(answers, {"ready": True})
    pending = b""
    while piece := os.read(requests, PIECE):
        *lines, pending = (pending + piece).split(b"\n")
        for line in lines:
            start_clock()
            _write(answers, _answer(frames, line))
            stop_clock()


def _answer(frames: ModuleType, line: bytes) -> dict[str, object]:
    request = json.loads(line)
    return {"id": request["id"], "layers": frames.dissect(request["link_type"], base64.b64decode(request["data"]))}


def _write(descriptor: int, message: dict[str, object]) -> None:
    line = json.dumps(message).encode() + b"\n"
    while line:
        line = line[os.write(descriptor, line) :]
