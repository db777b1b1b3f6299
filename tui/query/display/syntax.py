"""From the text of a filter to a tree of its tokens, and the sentences for texts that make none."""

from functools import cache
from typing import TYPE_CHECKING

from tui.query.display.fault import FilterError

if TYPE_CHECKING:
    from lark import Lark, Token, Tree, UnexpectedCharacters, UnexpectedToken

LONGEST_FILTER = 4096
"""Characters of a filter at most."""

WORD_OPERATORS = frozenset(
    [
        *("and", "or", "xor", "not", "in", "contains", "matches", "any", "all", "bitwise_and"),
        *("eq", "ne", "gt", "ge", "lt", "le", "any_eq", "all_eq", "any_ne", "all_ne"),
    ]
)
"""Words that are operators, and never a field or a value."""

_MEANT = {"=": "==", "|": "||", "^": "^^"}
_UNKNOWN = {
    "#": "Layers (#) can't be asked for here.",
    "$": "References to fields (${…}) can't be asked for here; write the value itself.",
    '"': "The text that begins here has no closing quote.",
    "'": "The character that begins here has no closing quote.",
    "[": "The piece that begins here has no closing bracket.",
    "]": "This bracket has no opening one.",
    **dict.fromkeys("“”„‘’«»", 'Texts stand in straight double quotes here, such as "GET".'),
}
_OF_CAPTURE_FILTERS = {
    "port": "tcp.port == 80",
    "portrange": "tcp.port in {80..90}",
    "host": "ip.addr == 192.0.2.1",
    "net": "ip.addr == 192.0.2.0/24",
}
"""Words of capture filters, and how a display filter asks for the same."""
_SET_EXPECTED = "A set in braces is expected here, such as {80, 443}."
_QUOTED_MOST = 40
"""Characters of the filter that a sentence quotes at most."""


def quoted(text: str) -> str:
    """Words of the filter as a sentence quotes them, shortened where they are long."""
    return f"“{text if len(text) <= _QUOTED_MOST else text[: _QUOTED_MOST - 1] + '…'}”"


def syntax_tree(text: str) -> "Tree[Token]":
    """The tree of a filter's tokens. Raises FilterError where the text makes none."""
    if len(text) > LONGEST_FILTER:
        raise FilterError(f"The filter is longer than {LONGEST_FILTER} characters.", LONGEST_FILTER, len(text))
    from lark import UnexpectedCharacters, UnexpectedToken  # noqa: PLC0415 - only who filters needs to load it

    try:
        return _parser().parse(text)
    except UnexpectedCharacters as error:
        raise _of_characters(text, error) from None
    except UnexpectedToken as error:
        raise _of_token(text, error) from None


@cache
def _parser() -> "Lark":
    from lark import Lark  # noqa: PLC0415 - as above

    return Lark.open(
        "grammar.lark",
        rel_to=__file__,
        parser="lalr",
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=False,
    )


def _of_characters(text: str, error: "UnexpectedCharacters") -> FilterError:
    place = error.pos_in_stream or 0
    character = text[place]
    if character in _UNKNOWN:
        end = len(text) if character in "\"'[" else place + 1
        return FilterError(_UNKNOWN[character], place, end)
    if character in _MEANT:
        sentence = f"{quoted(character)} is not an operator; perhaps {_MEANT[character]} is meant."
        return FilterError(sentence, place, place + 1)
    return FilterError(f"{quoted(character)} has a meaning only inside a text in double quotes.", place, place + 1)


def _of_token(text: str, error: "UnexpectedToken") -> FilterError:
    token, expected = error.token, set(error.expected)
    start = len(text) if token.type == "$END" else token.start_pos or 0
    open_braces, open_parentheses = _unclosed(text, start)
    if token.type == "$END":
        sentence = _of_end(expected, open_braces, open_parentheses)
        return FilterError(sentence, start, start)
    word = str(token)
    if word.lower() in WORD_OPERATORS and word not in WORD_OPERATORS:
        sentence = f"{quoted(word)} is written in small letters: {word.lower()}."
    elif "WORD" in expected:
        sentence = f"A field or a value is expected here, not {quoted(word)}."
    elif expected == {"LBRACE"}:
        sentence = _SET_EXPECTED
    elif expected == {"IN"}:
        sentence = f"Only “in” can follow “not” here, not {quoted(word)}."
    elif open_braces:
        sentence = f"A comma or a closing brace is expected here, not {quoted(word)}."
    elif token.type == "RPAR" and not open_parentheses:
        sentence = "This parenthesis has no opening one."
    else:
        return _of_operator(text, start, word)
    return FilterError(sentence, start, start + len(word))


def _of_operator(text: str, start: int, word: str) -> FilterError:
    """The error for a word where an operator must stand."""
    before = list(_parser().lex(text[:start]))
    last = before[-1]
    asked = next((one for one in (str(last), word) if one in _OF_CAPTURE_FILTERS), None)
    if asked is not None:
        begin = start if asked == word else last.start_pos or 0
        sentence = f"{quoted(asked)} belongs to capture filters; here it is written as {_OF_CAPTURE_FILTERS[asked]}."
        return FilterError(sentence, begin, start + len(word))
    hint = ""
    if len(before) > 1 and before[-2].type in ("COMPARE", "CONTAINS") and last.type == "WORD" and last[0].isalpha():
        hint = "; a text of several words stands in double quotes"
    return FilterError(
        f"An operator such as == or && is expected here, not {quoted(word)}{hint}.", start, start + len(word)
    )


def _of_end(expected: set[str], open_braces: int, open_parentheses: int) -> str:
    if "WORD" in expected:
        return "The filter ends where a field or a value is expected."
    if expected == {"LBRACE"}:
        return _SET_EXPECTED
    if open_braces > 0:
        return "A closing brace is missing at the end."
    if open_parentheses > 0:
        return "A closing parenthesis is missing at the end."
    return "The filter ends where an operator is expected."


def _unclosed(text: str, end: int) -> tuple[int, int]:
    """How many braces and parentheses before an offset are open there."""
    types = [token.type for token in _parser().lex(text[:end])]
    return types.count("LBRACE") - types.count("RBRACE"), types.count("LPAR") - types.count("RPAR")
