"""The colour themes: our own palettes, the terminal's own colours, and some that are well known.

Hues follow the palette of Okabe and Ito, which people with any colour vision tell apart; the kinds of segments differ
in lightness as well.
"""

from textual.theme import BUILTIN_THEMES, Theme

DEFAULT = "tcptui"
TERMINAL = "terminal"
"""The theme of the terminal's own sixteen colours."""

_DARK = Theme(
    name=DEFAULT,
    primary="#5ba3dd",
    secondary="#9fb6cc",
    warning="#f5d37a",
    error="#ef6a4f",
    success="#67d6b0",
    accent="#e9b6e6",
    foreground="#d8dfe7",
    background="#11151a",
    surface="#171c22",
    panel="#1d242c",
    dark=True,
    variables={
        "text": "#d8dfe7",
        "text-muted": "#8f9ba8",
        "text-primary": "#5ba3dd",
        "text-secondary": "#9fb6cc",
        "text-success": "#67d6b0",
        "text-warning": "#f5d37a",
        "text-error": "#ef6a4f",
        "text-accent": "#e9b6e6",
        "surface-lighten-2": "#252d36",
        "border": "#5ba3dd",
        "scrollbar": "#2e3945",
        "scrollbar-hover": "#5ba3dd",
        "scrollbar-active": "#5ba3dd",
        "scrollbar-background": "#11151a",
        "scrollbar-background-hover": "#11151a",
        "scrollbar-background-active": "#11151a",
        "scrollbar-corner-color": "#11151a",
        "border-blurred": "#39434e",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#23547d",
        "footer-background": "#1d242c",
        "footer-foreground": "#a9b4c0",
        "footer-key-foreground": "#8cc4f0",
    },
)

_LIGHT = Theme(
    name="tcptui-light",
    primary="#1a5ba8",
    secondary="#3b5069",
    warning="#8a5c00",
    error="#800a04",
    success="#005940",
    accent="#9c2f8e",
    foreground="#1f2328",
    background="#fbfaf7",
    surface="#f4f2ec",
    panel="#eae7df",
    dark=False,
    variables={
        "text": "#1f2328",
        "text-muted": "#575e66",
        "text-primary": "#1a5ba8",
        "text-secondary": "#3b5069",
        "text-success": "#005940",
        "text-warning": "#8a5c00",
        "text-error": "#800a04",
        "text-accent": "#9c2f8e",
        "surface-lighten-2": "#eae7df",
        "border": "#1a5ba8",
        "scrollbar": "#cfcabd",
        "scrollbar-hover": "#1a5ba8",
        "scrollbar-active": "#1a5ba8",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
        "scrollbar-corner-color": "#fbfaf7",
        "border-blurred": "#c9c4b8",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-background": "#1a5ba8",
        "footer-background": "#eae7df",
        "footer-foreground": "#474d55",
        "footer-key-foreground": "#1a5ba8",
    },
)

_CONTRAST = Theme(
    name="high-contrast",
    primary="#7cc4ff",
    secondary="#ffffff",
    warning="#ffe95c",
    error="#ff8d75",
    success="#4ff0b5",
    accent="#ffc4f2",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        "text": "#ffffff",
        "text-muted": "#d0d0d0",
        "text-primary": "#7cc4ff",
        "text-secondary": "#ffffff",
        "text-success": "#4ff0b5",
        "text-warning": "#ffe95c",
        "text-error": "#ff8d75",
        "text-accent": "#ffc4f2",
        "surface-lighten-2": "#202020",
        "border": "#ffffff",
        "scrollbar": "#808080",
        "scrollbar-hover": "#ffe95c",
        "scrollbar-active": "#ffe95c",
        "scrollbar-background": "#000000",
        "scrollbar-background-hover": "#000000",
        "scrollbar-background-active": "#000000",
        "scrollbar-corner-color": "#000000",
        "border-blurred": "#a0a0a0",
        "block-cursor-foreground": "#000000",
        "block-cursor-background": "#ffe95c",
        "footer-background": "#000000",
        "footer-foreground": "#ffffff",
        "footer-key-foreground": "#ffe95c",
    },
)

_TERMINAL = Theme(
    name=TERMINAL,
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_default",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_magenta",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "border": "ansi_cyan",
        "border-blurred": "ansi_default",
        "footer-key-foreground": "ansi_cyan",
    },
)

_WELL_KNOWN = ("nord", "gruvbox", "solarized-dark", "solarized-light", "catppuccin-mocha")
"""Themes of Textual's that suit the screen as they are."""

THEMES: dict[str, Theme] = {
    theme.name: theme
    for theme in (_DARK, _LIGHT, _CONTRAST, _TERMINAL, *(BUILTIN_THEMES[name] for name in _WELL_KNOWN))
}
"""All themes by name, in the order in which a key goes through them."""


def next_theme(name: str) -> str:
    """The name of the theme after this one; the first again after the last."""
    names = list(THEMES)
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
