"""How the screen looks: what each kind of row is coloured with, and the layout at every size."""

KINDS: dict[str, str] = {
    "handshake": "color: $text-success;",
    "teardown": "color: $text-warning;",
    "simultaneous": "color: $text-accent;",
    "reset": "color: $text-error; text-style: bold;",
    "malformed": "color: $text-error; text-style: bold underline;",
    "data": "color: $text-primary;",
    "ack": "color: $text-muted;",
    "other": "color: $text-muted; text-style: italic;",
    "changed": "color: $foreground; text-style: bold;",
    "quiet": "color: $text-muted;",
}
"""Style of each kind of text in a table. Colour never stands alone: the words and glyphs say the same."""

KIND_SPANS: dict[str, str] = {
    "handshake": "bold $text-success",
    "teardown": "bold $text-warning",
    "simultaneous": "bold $text-accent",
    "reset": "bold $text-error",
    "malformed": "bold underline $text-error",
    "data": "bold $text-primary",
    "ack": "$text-muted",
    "other": "italic $text-muted",
    "changed": "bold",
    "quiet": "$text-muted",
    "warning": "bold $text-warning",
    "error": "bold $text-error",
    "key": "bold $footer-key-foreground",
    "": "",
}
"""The same kinds as styles of spans in running text."""

TABLE_CLASSES = {"table--header", "table--cursor", "table--resting-cursor", *(f"table--{kind}" for kind in KINDS)}
"""Component classes of a table."""

TABLE_CSS = (
    """
Table {
    overflow-x: hidden;
    overflow-y: auto;
    scrollbar-size-vertical: 1;
    & > .table--header { color: $text-secondary; text-style: bold; }
    & > .table--cursor { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
    & > .table--resting-cursor { background: $surface-lighten-2; }
    &:nocolor > .table--cursor { text-style: reverse; }
    &:nocolor > .table--resting-cursor { text-style: underline; }
    &:ansi > .table--resting-cursor { text-style: underline; }
"""
    + "".join(f"    & > .table--{kind} {{ {style} }}\n" for kind, style in KINDS.items())
    + "}\n"
)

WORKBENCH_CSS = """
Workbench {
    layout: vertical;
    #status { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    #keys { height: 1; background: $footer-background; color: $footer-foreground; }
    #panes, #lower { layout: vertical; height: 1fr; }
    .pane {
        border-top: solid $foreground 25%;
        border-title-color: $text-muted;
        border-title-style: bold;
        padding: 0;
    }
    .pane:focus { border-top: heavy $border; border-title-color: $foreground; }
    #connections { height: 28%; min-height: 3; }
    #packets { height: 1fr; }
    #details { height: 32%; min-height: 5; padding: 0 1; scrollbar-size-vertical: 1; }
}
Workbench.-wide {
    #connections { height: 30%; }
    #lower { layout: horizontal; }
    #packets { width: 1fr; height: 100%; }
    #details { width: 27%; min-width: 40; height: 100%; margin: 0 0 0 1; }
}
Workbench.-low {
    #lower { display: none; }
    #lower.-current { display: block; height: 1fr; }
    .pane { display: none; border-top: none; }
    .pane.-current { display: block; height: 1fr; width: 1fr; min-height: 1; margin: 0; }
}
"""
"""Three panes; on a wide screen the details stand beside the packets, on a low one a single pane is shown."""

HELP_CSS = """
Help {
    align: center middle;
    #help { width: 64; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 1 2;
            border: round $border; scrollbar-size-vertical: 1; }
}
"""
