"""What the tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder of reference captures and cases, named by TCPTUI_REFERENCE."""
    folder = os.environ.get("TCPTUI_REFERENCE")
    if not folder or not Path(folder).is_dir():
        pytest.skip("TCPTUI_REFERENCE names no folder of reference captures")
    return Path(folder)


@pytest.fixture(scope="session", autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or changes the settings of the user who runs it."""
    os.environ["TCPTUI_CONFIG"] = str(tmp_path_factory.mktemp("settings"))
