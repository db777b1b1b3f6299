"""What a user has chosen once and wants again: a TOML file in the user's own folder.

It may be edited by hand, come from another version, or be broken: reading it never fails, and what we do not know is
kept when we write.
"""

import datetime
import os
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tui.errors import InputError
from tui.text import printable

FOLDER_VARIABLE = "TCPTUI_CONFIG"
"""The environment variable that names another folder for the settings."""

FILE_NAME = "settings.toml"

BROKEN_SUFFIX = ".broken"
"""Under this name a file that was no TOML is kept beside the one that replaces it."""

MOST_BYTES = 1 << 16
"""Size beyond which a file is not one of ours."""

_ESCAPES = {'"': '\\"', "\\": "\\\\"}


@dataclass(slots=True)
class Settings:
    """The choices; None where the program's own holds. Whoever uses a name ignores one that it does not know."""

    theme: str | None = None
    """Name of the colour theme."""
    layout: str | None = None
    """How the panes are arranged."""
    time_format: str | None = None
    """How the time of a frame is written: `relative`, `delta` or `clock`."""
    display_filters: list[str] | None = None
    """Display filters that were used, the latest first."""


LISTS = ("display_filters",)
"""Settings that are lists of texts; the others are texts."""


def settings_path() -> Path:
    """Where the settings are kept."""
    if folder := os.environ.get(FOLDER_VARIABLE):
        return Path(folder) / FILE_NAME
    import platformdirs  # noqa: PLC0415 - only the screen has settings

    return Path(platformdirs.user_config_dir("tcptui", appauthor=False)) / FILE_NAME


def load_settings() -> tuple[Settings, str | None]:
    """The user's settings, and a sentence for the user where something in the file could not be used.

    Never raises: what can't be used is as if it were not there.
    """
    path = settings_path()
    try:
        told = _read(path)
    except FileNotFoundError:
        return Settings(), None
    except (OSError, ValueError, RecursionError) as error:
        return Settings(), f"The settings in {_shown(path)} can't be read ({_reason(error)}), so none of them hold."
    settings = Settings()
    unusable = []
    for field in fields(Settings):
        value = told.get(field.name)
        is_list = field.name in LISTS
        if value is None:
            continue
        if _is_list_of_texts(value) if is_list else isinstance(value, str):
            setattr(settings, field.name, value)
        else:
            unusable.append(f"`{field.name}` has to be {'a list of texts' if is_list else 'a text'} in quotes")
    return settings, f"In the settings of {_shown(path)}, {' and '.join(unusable)}." if unusable else None


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def store_settings(settings: Settings) -> None:
    """Write the settings so that a reader finds the old file or the new one, and never a part.

    Keys that are not ours stay as they are; a file that was no TOML is kept under another name. Raises InputError.
    """
    path = Path(os.path.realpath(settings_path()))  # a link to a folder of dotfiles stays a link
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        table = _kept_keys(path) | {
            field.name: value for field in fields(settings) if (value := getattr(settings, field.name)) is not None
        }
        _replace_file(path, toml_text(table).encode())
    except (OSError, ValueError) as error:
        raise InputError(
            f"the settings can't be kept in {_shown(path)} ({_reason(error)}): "
            f"set {FOLDER_VARIABLE} to a folder that can be written to"
        ) from error


def toml_text(table: Mapping[str, object]) -> str:
    """A table as TOML, a line for each key: strings, numbers, times, and lists and tables of them."""
    return "".join(f"{_toml_key(key)} = {_toml_value(value)}\n" for key, value in table.items())


def _read(path: Path) -> dict[str, Any]:
    """The file as TOML has it; OSError, ValueError or RecursionError where that can't be."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ValueError("it is too large")
    return tomllib.loads(content.decode())


def _kept_keys(path: Path) -> dict[str, Any]:
    """What stands in the file and is not ours; a file that can't be understood is put aside."""
    try:
        told = _read(path)
    except FileNotFoundError:
        return {}
    except (ValueError, RecursionError):
        path.replace(path.with_name(path.name + BROKEN_SUFFIX))
        return {}
    ours = {field.name for field in fields(Settings)}
    return {key: value for key, value in told.items() if key not in ours}


def _replace_file(path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _toml_key(key: str) -> str:
    bare = key.isascii() and key.replace("-", "").replace("_", "").isalnum()
    return key if bare else _toml_value(key)


def _toml_value(value: object) -> str:
    """A value in TOML's inline notation, whatever tomllib has made of it (https://toml.io/en/v1.0.0)."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            letters = (_ESCAPES.get(letter) or _toml_letter(letter) for letter in value)
            return f'"{"".join(letters)}"'
        case datetime.datetime() | datetime.date() | datetime.time():
            return value.isoformat()
        case dict():
            return f"{{{', '.join(f'{_toml_key(key)} = {_toml_value(inner)}' for key, inner in value.items())}}}"
        case list():
            return f"[{', '.join(map(_toml_value, value))}]"
    return str(value)


def _toml_letter(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x20 or ord(letter) == 0x7F else letter


def _reason(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return printable(str(error)) or type(error).__name__


def _shown(path: Path) -> str:
    return printable(str(path))
