"""Every picture in screenshots/ is what the program shows today."""

from difflib import unified_diff

import pytest

from tests.screenshots.drawing import FOLDER, draw, path_of
from tests.screenshots.pictures import PICTURES
from tests.screenshots.svg import lines, styled

REDRAW = "python -m tests.screenshots"


def difference(kept: list[str], drawn: list[str]) -> str:
    """How to come from one to the other; empty where they are the same."""
    return "\n".join(unified_diff(kept, drawn, "screenshots", "screen", lineterm="", n=1))


@pytest.mark.parametrize("name", PICTURES)
async def test_a_picture_is_what_the_screen_shows(name: str) -> None:
    kept, drawn = path_of(name).read_text(encoding="utf-8"), await draw(name)
    changes = difference(lines(kept), lines(drawn)) or difference(list(styled(kept)), list(styled(drawn)))
    assert not changes, f"{name}.svg is out of date; if the screen is right, `{REDRAW} {name}` draws it:\n{changes}"


def test_every_picture_is_drawn_by_the_script() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {path_of(name).name for name in PICTURES}


def test_a_change_of_a_word_or_of_a_colour_is_noticed() -> None:
    svg = path_of("refused").read_text(encoding="utf-8")
    assert "✗ refused" in "\n".join(lines(svg))
    other_words = svg.replace("handshake", "greeting")
    assert "+" in difference(lines(svg), lines(other_words))
    other_colour = svg.replace("#67d6b0", "#67d6b1")
    assert lines(other_colour) == lines(svg)
    assert difference(list(styled(svg)), list(styled(other_colour)))
