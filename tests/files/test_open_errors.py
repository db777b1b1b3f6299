"""What can't be opened says why, and what to do next, in one line."""

import gzip
import os
import pty
import socket
import sys
from pathlib import Path

import pytest

from tests.files.build import open_descriptors
from tui.errors import InputError
from tui.files.source import open_capture


def refusal(path: object) -> str:
    with pytest.raises(InputError) as caught:
        open_capture(str(path))
    message = str(caught.value)
    assert "\n" not in message
    assert "\x1b" not in message
    return message


def test_a_name_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing") == f"{tmp_path}/missing: no such file; check the name"
    assert "no file can have this name" in refusal("a\0b")
    assert "␛" in refusal(tmp_path / "evil\x1b[2J\nname")


def test_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} is a folder; name a capture file in it"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0)
    assert "permission denied; use sudo" in refusal(path)


def test_permission_denied_names_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tui.files.source.os.open", refuse)
    assert refusal(tmp_path / "secret") == (
        f"{tmp_path}/secret: permission denied; use sudo, or have the file made readable for you"
    )


def test_an_empty_file_and_an_empty_device(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert "is empty" in refusal(tmp_path / "empty")
    assert "is empty" in refusal("/dev/null")


def test_endless_nonsense_is_refused_after_its_first_bytes() -> None:
    assert "is no capture" in refusal("/dev/zero")


@pytest.mark.parametrize("content", [b"x", b"some text that is no capture", bytes(1000), b"\xd4\xc3\xb2", b"\n\r\r"])
def test_something_else(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.pcap"
    path.write_bytes(content)
    assert refusal(path) == f"{path} is no capture: neither pcap nor pcapng"


@pytest.mark.parametrize(
    ("magic", "advice"),
    [
        (b"snoop\0\0\0\0\0\0\2", "is a Solaris snoop file; convert it first: editcap -F pcap IN OUT"),
        (b"GMBU", "is a Microsoft Network Monitor file; convert it first: editcap -F pcap IN OUT"),
        (b"PK\3\4", "is a zip archive; unpack it first"),
        (b"\x04\x22\x4d\x18", "is compressed with lz4; unpack it first"),
    ],
)
def test_a_format_that_is_known_by_name(tmp_path: Path, magic: bytes, advice: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(magic + bytes(50))
    assert refusal(path) == f"{path} {advice}"


def test_a_terminal() -> None:
    controller, terminal = pty.openpty()
    try:
        assert refusal(os.ttyname(terminal)).endswith("is a terminal; give a file, or pipe a capture into it")
    finally:
        os.close(controller)
        os.close(terminal)


def test_a_socket(tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        assert "can't be read" in refusal(path)


def test_zstd_without_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "capture.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    assert refusal(path).endswith("install what reads it with: pip install zstandard")


def test_a_refused_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notes"
    path.write_bytes(b"no capture, and long enough")
    before = open_descriptors()
    for _ in range(5):
        refusal(path)
        refusal(tmp_path)
    path.write_bytes(gzip.compress(b"no capture either"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    refusal(path)
    assert open_descriptors() == before
