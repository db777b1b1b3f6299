"""Settings: read with patience, written whole, and nobody else's words lost."""

import datetime
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.program import PATIENCE, PROJECT
from tui.errors import InputError
from tui.settings import FILE_NAME, FOLDER_VARIABLE, Settings, load_settings, settings_path, store_settings, toml_text
from tui.ui.look.preferences import Preferences

CHOSEN = Settings(theme="nord", layout="wide", time_format="clock")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the settings, which is not there yet."""
    path = tmp_path / "config" / "tcptui"
    monkeypatch.setenv(FOLDER_VARIABLE, str(path))
    return path


def write(folder: Path, content: str | bytes) -> Path:
    """A settings file as somebody left it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_without_a_file_the_programs_own_choices_hold(folder: Path) -> None:
    assert load_settings() == (Settings(), None)
    assert not folder.exists()


def test_what_is_stored_is_loaded(folder: Path) -> None:
    store_settings(CHOSEN)
    assert load_settings() == (CHOSEN, None)
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_filters_used_before_are_a_list_and_anything_else_is_told(folder: Path) -> None:
    write(folder, 'display_filters = ["tcp", 5]\nlayout = "wide"')
    settings, complaint = load_settings()
    assert settings == Settings(layout="wide")
    assert complaint is not None
    assert "`display_filters` has to be a list of texts in quotes" in complaint
    store_settings(Settings(display_filters=['tcp.payload contains "a\\n"', "udp"]))
    assert load_settings() == (Settings(display_filters=['tcp.payload contains "a\\n"', "udp"]), None)


def test_filters_that_are_kept_are_few_enough_for_the_file(folder: Path) -> None:
    settings = Settings(display_filters=[f"frame.number == {number}" for number in range(100)])
    preferences = Preferences(settings, store_settings)
    assert preferences.remember_display_filter("é" * 4096) is None
    assert preferences.remember_display_filter("\\" * 4096) is None
    kept = load_settings()[0].display_filters
    assert kept is not None
    assert kept[:3] == ["\\" * 4096, "é" * 4096, "frame.number == 0"]
    assert len(kept) == 50


def test_a_choice_that_was_taken_back_is_gone(folder: Path) -> None:
    store_settings(CHOSEN)
    store_settings(Settings(layout="wide"))
    assert (folder / FILE_NAME).read_text() == 'layout = "wide"\n'


def test_what_is_not_ours_is_kept(folder: Path) -> None:
    foreign = """
later = ["a", 1, 1.5, true, 2026-11-21, 12:00:00, 1979-05-27T07:32:00Z, inf]
"a key \\" with \\n all" = "ctrl \\u001b \\u007f é 網"
"" = {inner = {deep = -1}}
[section]
name = "x"
[[many]]
a = 1
[[many]]
b = {}
"""
    write(folder, 'theme = "old"\n' + foreign)
    store_settings(CHOSEN)
    told = tomllib.loads((folder / FILE_NAME).read_text())
    assert {key: value for key, value in told.items() if key in tomllib.loads(foreign)} == tomllib.loads(foreign)
    assert load_settings() == (CHOSEN, None)


letters = st.characters(exclude_categories=["Cs"])
toml_values = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(letters)
    | st.dates()
    | st.datetimes(timezones=st.just(datetime.UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(letters), inner, max_size=4),
    max_leaves=12,
)


@given(table=st.dictionaries(st.text(letters), toml_values, max_size=5))
def test_every_value_survives(table: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(table)) == table


@pytest.mark.parametrize(
    "content",
    [
        'theme = "nord',
        "theme = nord",
        b'theme = "\xff"',
        b"\x00" * 10,
        "x = " + "[" * 30000,
        "# " + "long " * 20000,
    ],
    ids=["cut", "no quotes", "no UTF-8", "zeros", "deep", "large"],
)
def test_a_broken_file_is_told_and_kept(folder: Path, content: str | bytes) -> None:
    path = write(folder, content)
    settings, warning = load_settings()
    assert settings == Settings()
    assert warning is not None
    assert str(path) in warning
    assert warning.endswith("so none of them hold.")
    assert warning.isprintable()
    broken = path.read_bytes()
    store_settings(CHOSEN)
    assert load_settings() == (CHOSEN, None)
    assert path.with_name(FILE_NAME + ".broken").read_bytes() == broken


def test_a_value_of_another_kind_is_told_and_the_others_hold(folder: Path) -> None:
    path = write(folder, 'theme = 7\nlayout = "wide"\ntime_format = true\n')
    settings, warning = load_settings()
    assert settings == Settings(layout="wide")
    assert warning == (
        f"In the settings of {path}, `theme` has to be a text in quotes and `time_format` has to be a text in quotes."
    )


def test_a_folder_in_the_files_place_is_no_crash(folder: Path) -> None:
    (folder / FILE_NAME).mkdir(parents=True)
    settings, warning = load_settings()
    assert settings == Settings()
    assert warning is not None
    with pytest.raises(InputError, match="the settings can't be kept in"):
        store_settings(CHOSEN)
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_where_nothing_can_be_written_the_old_file_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_settings(CHOSEN)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        store_settings(Settings(theme="gruvbox"))
    assert load_settings() == (CHOSEN, None)
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_a_link_to_the_file_stays_a_link(folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / FILE_NAME).symlink_to(tmp_path / "dotfile.toml")
    store_settings(CHOSEN)
    assert (folder / FILE_NAME).is_symlink()
    assert 'theme = "nord"' in (tmp_path / "dotfile.toml").read_text()


def test_the_usual_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert settings_path().is_relative_to(tmp_path)
    assert settings_path().parts[-2:] == ("tcptui", FILE_NAME)


def test_platformdirs_is_left_alone_until_it_is_needed() -> None:
    code = "import sys, tui.settings; print('platformdirs' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=PATIENCE, cwd=PROJECT)
    assert told.stdout == b"False\n"
