"""How the screen looks: what each kind of row is coloured with, and the layout at every size."""

KINDS: dict[str, str] = {
    "handshake": "color: $text-success;",
    "teardown": "color: $text-warning;",
    "simultaneous": "color: $text-accent;",
    "reset": "color: $text-error; text-style: bold;",
    "malformed": "color: $text-error; text-style: bold italic;",
    "problem": "color: $text-warning; text-style: bold reverse;",
    "data": "color: $text-primary;",
    "ack": "color: $text-muted;",
    "other": "color: $text-muted; text-style: italic;",
    "changed": "color: $foreground; text-style: bold;",
    "quiet": "color: $text-muted;",
}
"""Style of each kind of text in a table. Colour never stands alone: the words and glyphs say the same.

A problem is in reverse, which no hue can be mistaken for, and which is there without colours as well.
"""

KIND_SPANS: dict[str, str] = {
    "handshake": "bold $text-success",
    "teardown": "bold $text-warning",
    "simultaneous": "bold $text-accent",
    "reset": "bold $text-error",
    "malformed": "bold italic $text-error",
    "problem": "bold reverse $text-warning",
    "data": "bold $text-primary",
    "ack": "$text-muted",
    "other": "italic $text-muted",
    "changed": "bold",
    "quiet": "$text-muted",
    "warning": "bold $text-warning",
    "error": "bold $text-error",
    "key": "bold $footer-key-foreground",
    "link": "underline $text-primary",
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
    &:ansi > .table--cursor { color: ansi_default; background: ansi_default; text-style: reverse; }
    &:ansi > .table--resting-cursor { text-style: underline; }
"""
    + "".join(f"    & > .table--{kind} {{ {style} }}\n" for kind, style in KINDS.items())
    + "}\n"
)

WORKBENCH_CSS = """
Workbench {
    layout: vertical;
    layers: default above;
    #status { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    #keys { height: 1; background: $footer-background; color: $footer-foreground; }
    #panes, #lower { layout: vertical; height: 1fr; }
    .pane {
        border-top: solid $border-blurred;
        border-title-color: $text-muted;
        border-title-style: bold;
        padding: 0;
    }
    .pane:focus { border-top: heavy $border; border-title-color: $foreground; }
    #connections { height: 28%; min-height: 3; }
    #packets { height: 1fr; }
    #inspector { height: 32%; min-height: 5; }
}
Workbench.-wide {
    #connections { height: 30%; }
    #lower { layout: horizontal; }
    #packets { width: 1fr; height: 100%; }
    #inspector { width: 30%; min-width: 44; height: 100%; margin: 0 0 0 1; }
}
Workbench.-wide.-below {
    #lower { layout: vertical; }
    #packets { width: 100%; height: 1fr; }
    #inspector { width: 100%; height: 38%; margin: 0; }
}
Workbench #inspector.-column.-alone {
    #details { height: 1fr; }
    #fields, #bytes { height: 4; min-height: 4; }
}
Workbench.-tables #inspector { display: none; }
Workbench.-low, Workbench.-zoomed {
    #lower { display: none; }
    #lower.-current { display: block; height: 1fr; }
    .pane, #inspector { display: none; }
    .pane.-current, #inspector.-current {
        display: block; height: 1fr; width: 1fr; min-height: 1; max-height: 100%; max-width: 100%; margin: 0;
    }
}
Workbench.-low .pane { border-top: none; }
"""
"""Tables and details; on a wide screen the details stand beside the packets, on a low one a single pane is shown."""

PAGE_CSS = """
Page {
    layout: vertical;
    #page-title { height: 1; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
                  text-style: bold; }
    #keys { height: 1; background: $footer-background; color: $footer-foreground; }
}
"""

HELP_CSS = """
Help, FieldList {
    align: center middle;
    #help { width: 78; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 1 2;
            border: round $border; border-title-color: $foreground; border-subtitle-color: $text-muted;
            scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    &:ansi #help { background: ansi_default; }
}
"""

QUESTION_CSS = """
Question {
    height: 1;
    background: $footer-background;
    color: $foreground;
    Horizontal { width: 1fr; height: 1; }
    .question { width: auto; max-width: 50%; height: 1; text-style: bold; text-overflow: ellipsis; text-wrap: nowrap; }
    Entry { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; background: $footer-background; }
    .complaint { width: auto; max-width: 60%; height: 1; color: $text-error; text-style: bold; }
    &.-tall {
        layout: vertical;
        height: auto;
        Horizontal { width: 100%; }
        .complaint { width: 100%; max-width: 100%; height: auto; max-height: 3; }
    }
}
"""

FILTER_PROMPT_CSS = """
FilterPrompt {
    layer: above;
    dock: bottom;
    height: auto;
    background: $footer-background;
    color: $foreground;
    #filter-suggestions { height: auto; background: $panel; }
    #filter-verdict { height: auto; max-height: 2; padding: 0 1; background: $panel; text-overflow: ellipsis; }
    #filter-line { height: 1; }
    #filter-question { width: auto; max-width: 50%; height: 1; text-style: bold; }
    #filter-entry { width: 1fr; min-width: 8; height: 1; border: none; padding: 0; background: $footer-background; }
    #filter-entry > .filter-entry--wrong { color: $text-error; text-style: bold underline; }
}
"""

SUGGESTIONS_CSS = """
Suggestions > .suggestions--chosen {
    color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold;
}
Suggestions > .suggestions--about { color: $text-muted; }
Suggestions:nocolor > .suggestions--chosen { text-style: reverse; }
Suggestions:ansi > .suggestions--chosen { color: ansi_default; background: ansi_default; text-style: reverse; }
"""

OPEN_CSS = """
OpenDialog {
    align: center middle;
    #open { width: 96; max-width: 100%; height: 100%; max-height: 42; background: $surface; padding: 1 2;
            border: round $border; border-title-color: $foreground; border-subtitle-color: $text-muted; }
    &:ansi #open { background: ansi_default; }
    #open-list { height: 1fr; min-height: 3; padding: 0; border: none; background: transparent;
                 text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1; }
    #open-list > .option-list--option-disabled { color: $text-secondary; text-style: bold; }
    #open-entry { height: 1; border: none; padding: 0; background: $panel; }
    #open-label { height: 1; margin: 1 0 0 0; color: $text-muted; }
    #open-candidates { height: auto; max-height: 3; color: $text-muted; }
    #open-message { height: auto; max-height: 4; color: $text-warning; text-style: bold; }
}
"""

EXPORT_CSS = """
ExportDialog {
    align: center middle;
    #export { width: 90; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 0 1;
              border: round $border; border-title-color: $foreground; border-subtitle-color: $text-muted;
              scrollbar-size-vertical: 1; }
    &:ansi #export { background: ansi_default; }
    #export-lists { height: 10; }
    #export-what, #export-form { width: 1fr; height: 10; padding: 0; background: transparent;
              text-wrap: nowrap; text-overflow: ellipsis; scrollbar-size-vertical: 1;
              border: round $border-blurred; border-title-color: $text-muted; }
    #export-what:focus, #export-form:focus { border: round $border; border-title-color: $foreground; }
    &:ansi .option-list--option-highlighted { text-style: underline; }
    &:ansi Step:focus > .option-list--option-highlighted { text-style: bold underline; }
    #export-label { height: 1; color: $text-muted; }
    #export-entry { height: 1; border: none; padding: 0; background: $panel; }
    #export-candidates { height: auto; max-height: 2; color: $text-muted; }
    #export-summary { height: auto; max-height: 2; margin: 1 0 0 0; }
    #export-message, #export-question { height: auto; max-height: 4; color: $text-warning; text-style: bold; }
    #export-write { width: auto; height: 1; margin: 1 0 0 0; background: $panel; text-style: bold; }
    #export-write:hover { text-style: reverse; }
}
"""
