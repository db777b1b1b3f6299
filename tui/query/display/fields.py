"""The closed table of fields."""

from tui.query.display.field import Field
from tui.query.display.network_fields import NETWORK_FIELDS
from tui.query.display.own_fields import OWN_FIELDS
from tui.query.display.tcp_fields import TCP_FIELDS

FIELDS: dict[str, Field] = {field.name: field for field in (*NETWORK_FIELDS, *TCP_FIELDS, *OWN_FIELDS)}
"""Every field by its name, in the order of the help."""
