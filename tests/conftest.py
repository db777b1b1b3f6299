"""What the tests share."""

import os
from pathlib import Path

import pytest

_OF_THE_MACHINE = ("capture", "kernel", "live", "recording")
"""Folders of tests that use the machine's interfaces, users and buffers: they never run beside one another."""


@pytest.hookimpl(tryfirst=True)  # pytest-xdist looks at the groups in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests run in two processes: those of a file in one of them, as they share what is costly to prepare."""
    for item in items:
        folders = item.path.relative_to(config.rootpath).parts
        of_the_machine = any(folder in _OF_THE_MACHINE for folder in folders)
        item.add_marker(pytest.mark.xdist_group("the machine" if of_the_machine else "/".join(folders)))


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
