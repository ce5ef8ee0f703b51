"""Text -> tokens, with offsets into the text as submitted."""

import re
from dataclasses import dataclass

# Linear: every alternative of the word's tail takes one character, and nothing taken is given back.
_TOKEN = re.compile(
    r"""[^\W\d_](?:[^\W_]|[\u0300-\u036f]|['’](?!s\b)(?=[^\W\d_])|[-‐‑](?=[^\W\d_])|\.(?=[A-Za-z]\b))*+  # word
    | ['’]s\b | \d+(?:[.,]\d+)*+ | \S""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a single other character: ``text[start:end]`` of the document, or what stands for it."""

    start: int
    end: int
    text: str


def tokenize(text: str, start: int, end: int) -> list[Token]:
    """Tokens of ``text[start:end]``, with offsets into ``text``. White space belongs to none."""
    return [Token(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(text, start, end)]


def normalise(word: str) -> str:
    """The form of a token in which word lists and features know it: lower case, straight apostrophe."""
    return word.lower().replace("’", "'")
