"""What the tests share."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tui.dissection import Dissection, Dissector
from tui.ui.inspector import inspector

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")  # how long an example takes says nothing on a busy machine

_OF_THE_MACHINE = ("capture", "kernel", "live", "recording")
"""Folders of tests that use the machine's interfaces, users and buffers: they never run beside one another."""

_MACHINE = "the machine"


@pytest.hookimpl(tryfirst=True)  # pytest-xdist looks at the groups in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests run in two processes: those of a file in one of them, as they share what is costly to prepare.

    The longest group comes first, so that neither process is left waiting for the other at the end.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(config, item)))
    items.sort(key=lambda item: _group(config, item) != _MACHINE)


def _group(config: pytest.Config, item: pytest.Item) -> str:
    folders = item.path.relative_to(config.rootpath).parts
    return _MACHINE if any(folder in _OF_THE_MACHINE for folder in folders) else "/".join(folders)


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference captures and cases, named by TCPTUI_REFERENCE."""
    folder = os.environ.get("TCPTUI_REFERENCE")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TCPTUI_REFERENCE names no folder of reference captures")
    return Path(folder)


@pytest.fixture(scope="session", autouse=True)
def settings_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """No test reads or changes the settings of the user who runs it."""
    folder = tmp_path_factory.mktemp("settings")
    os.environ["TCPTUI_CONFIG"] = str(folder)
    return folder


@pytest.fixture(autouse=True)
def _new_settings(settings_folder: Path) -> None:
    """Each test begins with the settings that the program comes with."""
    for path in settings_folder.iterdir():
        path.unlink()


class SharedDissector:
    """Stands for tui.dissection.Dissector: all screens of a test run ask one process, as starting one takes long."""

    _shared = Dissector()

    def __init__(self) -> None:
        self._closed = False

    def warm(self) -> None:
        self._shared.warm()

    def ask(self, key: int, link_type: int, data: bytes, callback: Callable[[Dissection], object]) -> None:
        self._shared.ask(key, link_type, data, lambda answer: None if self._closed else callback(answer))

    def close(self) -> None:
        self._closed = True


@pytest.fixture(scope="session", autouse=True)
def _one_dissector() -> Iterator[None]:
    """The screens of all tests share a dissector process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inspector, "Dissector", SharedDissector)
        yield
