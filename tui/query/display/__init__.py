"""The language of display filters: grammar, fields and types. It knows nothing of a capture."""

from tui.query.display.completion import Completions, Item, completions
from tui.query.display.expression import Expression, fields_of
from tui.query.display.fault import FilterError
from tui.query.display.field import Field, FieldType, Source
from tui.query.display.fields import FIELDS
from tui.query.display.parsing import parse

__all__ = [
    "FIELDS",
    "Completions",
    "Expression",
    "Field",
    "FieldType",
    "FilterError",
    "Item",
    "Source",
    "completions",
    "fields_of",
    "parse",
]
