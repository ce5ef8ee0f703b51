"""Which words tell where a claim comes from."""

import pytest

from model import cues
from model.names import mask
from model.tokens import tokenize

CASES = [
    ("The bank has long been accused of laundering money.", [("vague", "long been accused of")]),
    ("Critics say the mayor lied.", [("vague", "Critics say")]),
    ("The mayor allegedly lied.", [("vague", "allegedly")]),
    ("According to Maria Okafor, the mayor lied.", [("attributed", "According to Maria Okafor")]),
    ("Lena Brandt, who chairs the council, said he lied.", [("attributed", "Lena Brandt, who chairs the council, said")]),
    ("“He lied,” said the minister.", [("attributed", "said the minister")]),
    ("The court found that the firm had lied.", [("documented", "The court found")]),
    ("He was convicted of fraud.", [("documented", "was convicted")]),
    ("The firm lied.", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_cues(text: str, expected: list[tuple[str, str]]) -> None:
    words = mask(tokenize(text, 0, len(text)), frozenset({"the", "critics", "according", "he", "court"}))
    found = [(cue.kind, text[words[cue.first].start : words[cue.last - 1].end]) for cue in cues.find(words)]
    assert found == expected
