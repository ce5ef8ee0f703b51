"""Reading seed documents: what the format says, and what a broken file is told."""

from pathlib import Path

import pytest

from tests.conftest import ROOT
from training.seeds import SeedError, Span, digest, read_file, read_folder

HEADER = "id: quay\ngenre: news report\ntopic: transport\nenglish: british\n---\n"


def write(folder: Path, content: str | bytes, name: str = "news-report/quay.txt") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_text_sentences_and_nested_marks(tmp_path: Path) -> None:
    body = (
        "A headline\n\n{allegation vague: The {loaded: rotten} line {cue vague: is said} to lie}.\n“We saw \\{it\\},” said Ada.\n"
    )
    document = read_file(write(tmp_path, HEADER + body))
    assert document.text == "A headline\n\nThe rotten line is said to lie. “We saw {it},” said Ada."
    assert [(s.start, s.end, s.paragraph) for s in document.sentences] == [(0, 10, 0), (12, 43, 1), (44, 68, 1)]
    first = document.sentences[1]
    assert first.spans == (
        Span(12, 42, "allegation", "vague", quoted=False),
        Span(16, 22, "loaded", None, quoted=False),
        Span(28, 35, "cue", "vague", quoted=False),
    )
    assert first.unsupported
    assert first.loaded == (first.spans[1],)
    assert document.sentences[0].allegation is None


def test_a_cue_may_stand_in_a_neighbouring_sentence_and_words_may_be_quoted(tmp_path: Path) -> None:
    body = '{cue attributed: Ada Obi spoke.}\n"{allegation attributed quoted: They {loaded quoted: robbed} us}."\n'
    spans = read_file(write(tmp_path, HEADER + body)).sentences[1].spans
    assert [(span.label, span.quoted) for span in spans] == [("allegation", True), ("loaded", True)]


ERRORS = [
    ("id: quay\n---\nText.\n", 1, "lacks genre, topic, english"),
    ("id: quay\nnonsense\n---\n", 2, "the header needs one line each"),
    ("id: quay\nid: quay\n---\n", 2, "the header needs one line each"),
    ("id: quay\n", 2, "the header needs one line each"),
    (HEADER.replace("quay", "pier") + "Text.\n", 1, "make it the file's name"),
    (HEADER.replace("news report", "gossip") + "Text.\n", 1, "unknown genre"),
    (HEADER.replace("news report", "op-ed") + "Text.\n", 1, "move the file to a folder 'op-ed'"),
    (HEADER.replace("british", "martian") + "Text.\n", 1, "unknown variety"),
    (HEADER, 5, "no text after the header"),
    (HEADER + " Text.\n", 6, "white space around the sentence"),
    (HEADER + "Fine.\n\nA {loaded: b.\n", 8, "not closed in its line"),
    (HEADER + "A b} c.\n", 6, "a '}' too many"),
    (HEADER + "A { b.\n", 6, "opens no mark"),
    (HEADER + "A {silly: b}.\n", 6, "unknown label 'silly'"),
    (HEADER + "A {allegation: b}.\n", 6, "is no mark; write {allegation none|vague|attributed|documented: …}"),
    (HEADER + "A {allegation maybe: b}.\n", 6, "is no mark"),
    (HEADER + "A {loaded vague: b}.\n", 6, "is no mark; write {loaded: …}"),
    (HEADER + "A {cue none: b}.\n", 6, "is no mark"),
    (HEADER + "A {loaded: b {loaded: c}}.\n", 6, "'loaded' inside 'loaded'"),
    (HEADER + "A {cue vague: b {allegation vague: c}}.\n", 6, "'allegation' inside 'cue'"),
    (HEADER + "{allegation none: A b}, {allegation none: c d}.\n", 6, "two allegations"),
    (HEADER + "A {loaded: }b.\n", 6, "holds no word"),
    (HEADER + "A {loaded: b }c.\n", 6, "white space at the edge"),
    (HEADER + "A{loaded: bc} d.\n", 6, "cuts a word"),
    (HEADER + "A {loaded quoted: bc} d.\n", 6, "'quoted' outside a quotation"),
    (HEADER + "{contrast denial: He denied it}.\n", 6, "no other has"),
    (HEADER + "{contrast irony: He denied it}.\n", 6, "write {contrast denial|clearance"),
    (HEADER + '"{contrast denial quoted: He denied it}".\n', 6, "write {contrast denial|clearance"),
    (HEADER + "Fine.\n{allegation vague: A b} c.\n", 7, "has no cue 'vague' near"),
    (HEADER + "A {cue documented: b} c.\n", 6, "has no allegation 'documented' near"),
    (b"\xff\xfe", 1, "not UTF-8"),
]


@pytest.mark.parametrize(("content", "line", "problem"), ERRORS)
def test_an_error_names_file_line_and_remedy(tmp_path: Path, content: str | bytes, line: int, problem: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(SeedError) as error:
        read_file(path)
    assert str(error.value).startswith(f"{path}:{line}: ")
    assert problem in str(error.value)


def test_each_plain_sentence_of_a_contrast_group_says_what_it_is_there_for(tmp_path: Path) -> None:
    header = HEADER.replace("news report", "contrast")
    path = write(tmp_path, header + "{contrast denial: He denied it}.\n\n{allegation none: He lied}.\n", "contrast/quay.txt")
    assert [span.value for sentence in read_file(path).sentences for span in sentence.spans] == ["denial", "none"]
    for line in ("Fine.", "{contrast denial: But {allegation none: he lied}}."):
        with pytest.raises(SeedError, match="contrast"):
            read_file(write(tmp_path, header + line + "\n", "contrast/quay.txt"))


def test_an_id_used_twice_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="no seed documents"):
        read_folder(tmp_path)
    write(tmp_path, HEADER + "Text.\n", "a/news-report/quay.txt")
    write(tmp_path, HEADER + "Text.\n", "b/news-report/quay.txt")
    with pytest.raises(SeedError, match="used twice"):
        read_folder(tmp_path)


def test_the_digest_sees_labels_and_not_file_order(tmp_path: Path) -> None:
    one = [read_file(write(tmp_path, HEADER + "They lied.\n"))]
    two = [read_file(write(tmp_path, HEADER + "{allegation none: They lied}.\n"))]
    assert digest(one) != digest(two)
    assert digest(one + two) == digest(two + one)


def test_the_projects_own_seeds() -> None:
    documents = read_folder(ROOT / "seeds" / "authored")
    assert len(documents) >= 300
    assert sum(len(document.sentences) for document in documents) >= 4_000
    assert len({document.genre for document in documents}) >= 25
