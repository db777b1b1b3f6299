"""The colours: enough contrast, kinds that anyone can tell apart, and as few colours as the terminal has."""

import math
from itertools import combinations

import pytest
from textual.color import Color

from tests.program import REDIS
from tests.ui.conftest import until
from tests.ui.screen import shown
from tests.ui.terminal import Terminal
from tui.files.source import open_capture
from tui.session import Session
from tui.ui.app import TcptuiApp
from tui.ui.look.themes import DEFAULT, TERMINAL, THEMES, next_theme

OWN = {"tcptui": 4.5, "tcptui-light": 4.5, "high-contrast": 7.0}
"""Our own palettes, and the least contrast of text on them (WCAG 2.1, success criteria 1.4.3 and 1.4.6)."""

KINDS = ("success", "warning", "error", "primary", "accent")
"""Handshake, teardown, reset, data, simultaneous, as the variables are called."""

DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
PROTANOPIA = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
"""What becomes of linear red, green and blue (Machado, Oliveira and Fernandes 2009)."""

IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

Linear = tuple[float, float, float]


def linear(color: str) -> Linear:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in Color.parse(color).normalized
    )
    return red, green, blue


def luminance(color: str) -> float:
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(color: Linear) -> Linear:
    """CIE L*a*b* of linear red, green and blue, for the white of sRGB."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in color)
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
    )
    x, y, z = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def weighted(weights: Linear, color: Linear) -> float:
    return sum(weight * part for weight, part in zip(weights, color, strict=True))


def difference(one: str, other: str, vision: tuple[Linear, Linear, Linear] | None) -> float:
    """How far apart two colours are (CIE 1976) for someone with such a colour vision."""
    seen = []
    for color in (linear(one), linear(other)):
        red, green, blue = IDENTITY if vision is None else vision
        seen.append(lab((weighted(red, color), weighted(green, color), weighted(blue, color))))
    return math.dist(*seen)


def variables(name: str) -> dict[str, str]:
    return {**THEMES[name].to_color_system().generate(), **THEMES[name].variables}


@pytest.mark.parametrize("name", OWN)
def test_text_of_every_kind_stands_out_from_whatever_is_behind_it(name: str) -> None:
    colors = variables(name)
    texts = [*(f"text-{kind}" for kind in KINDS), "text-muted", "text-secondary", "foreground"]
    for text in texts:
        for behind in ("background", "surface", "surface-lighten-2"):
            assert contrast(colors[text], colors[behind]) >= OWN[name] * (1 if behind == "background" else 0.9), (
                text,
                behind,
            )
    for text, behind in [
        ("block-cursor-foreground", "block-cursor-background"),
        ("footer-foreground", "footer-background"),
        ("footer-key-foreground", "footer-background"),
    ]:
        assert contrast(colors[text], colors[behind]) >= OWN[name], text


@pytest.mark.parametrize("name", OWN)
def test_handshake_teardown_reset_and_data_differ_for_the_colour_blind(name: str) -> None:
    colors = variables(name)
    for one, other in combinations(KINDS[:4], 2):
        for vision in (None, DEUTERANOPIA, PROTANOPIA):
            assert difference(colors[f"text-{one}"], colors[f"text-{other}"], vision) >= 15, (one, other)
        lightness = [lab(linear(colors[f"text-{kind}"]))[0] for kind in (one, other)]
        assert abs(lightness[0] - lightness[1]) >= 3.5, (one, other)


async def test_every_theme_can_be_had_and_a_key_goes_through_them() -> None:
    assert len(THEMES) >= 5
    with open_capture(str(REDIS)) as capture:
        app = TcptuiApp(Session(capture), theme=DEFAULT)
        async with app.run_test(size=(120, 30)) as pilot:
            await until(pilot, lambda: "teardown 4/4" in shown(pilot))
            seen = []
            for _ in THEMES:
                await pilot.press("ctrl+t")
                await until(pilot, lambda: f"Theme: {app.theme}" in shown(pilot))
                assert "teardown 4/4" in shown(pilot)
                seen.append(app.theme)
            assert sorted(seen) == sorted(THEMES)
            assert app.theme == DEFAULT


def test_after_the_last_theme_comes_the_first_and_so_after_an_unknown_one() -> None:
    assert next_theme(list(THEMES)[-1]) == DEFAULT
    assert next_theme("no-such-theme") == DEFAULT


TRUE_COLOUR = b"38;2;"
PALETTE_COLOUR = b"38;5;"


@pytest.mark.parametrize(
    ("environment", "has", "lacks"),
    [
        ({"COLORTERM": "truecolor"}, [TRUE_COLOUR], []),
        ({"COLORTERM": "", "TERM": "xterm-256color"}, [PALETTE_COLOUR], [TRUE_COLOUR]),
        ({"COLORTERM": "", "TERM": "xterm"}, [b"\x1b[32m", b"\x1b[7"], [TRUE_COLOUR, PALETTE_COLOUR]),
        ({"NO_COLOR": "1"}, [b"teardown", b"\x1b[7"], [TRUE_COLOUR, PALETTE_COLOUR, b"32m"]),
    ],
    ids=["truecolor", "256", "16", "none"],
)
def test_no_more_colours_than_the_terminal_has(
    environment: dict[str, str], has: list[bytes], lacks: list[bytes]
) -> None:
    with Terminal("tui", str(REDIS), environment=environment) as terminal:
        terminal.read_until("teardown 4/4")
        terminal.press("\rq")
        assert terminal.end() == 0
        for piece in has:
            assert piece in terminal.written
        for piece in lacks:
            assert piece not in terminal.written


def test_the_terminals_own_colours_name_no_others() -> None:
    colors = variables(TERMINAL)
    for name in [*(f"text-{kind}" for kind in KINDS), "foreground", "background", "footer-key-foreground"]:
        assert colors[name].startswith("ansi_"), name
