"""Annotated documents in other tools' formats: what goes out comes back, and what is broken is told where and why."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from training.formats import FORMATS, FormatError, export_to, import_to, read, to_seed
from training.seeds import Document, GoldSentence, SeedError, Span, read_file, read_folder

FORM = pytest.mark.parametrize("form", FORMATS)
HEADER = {"id": "quay", "genre": "news report", "topic": "transport", "english": "british"}
TEXT = "😀 Hier.\n\n“The rotten\u00a0línе {is said} to lie \\ \u2028 so,” she said. Nothing."
DOCUMENT = Document(
    "quay",
    "news report",
    "transport",
    "british",
    TEXT,
    (
        GoldSentence(0, 7, 0, ()),
        GoldSentence(
            9,
            61,
            1,
            (
                Span(10, 49, "allegation", "vague", quoted=True),
                Span(14, 20, "loaded", None, quoted=True),
                Span(26, 35, "cue", "vague", quoted=False),
            ),
        ),
        GoldSentence(62, 70, 1, ()),
    ),
    origin="harbour",
    is_test=False,
)


def line_of_doccano(**changes: object) -> str:
    return json.dumps({"text": TEXT, "label": [[0, 8, "sentence"]], **HEADER, **changes})


def test_the_example_is_what_it_says() -> None:
    words = [TEXT[span.start : span.end] for sentence in DOCUMENT.sentences for span in sentence.spans]
    assert words == ["The rotten\u00a0línе {is said} to lie \\ \u2028 so", "rotten", "{is said}"]
    assert [TEXT[s.start : s.end][-5:] for s in DOCUMENT.sentences] == ["Hier.", "said.", "hing."]


WORDS = [
    *(
        "mayor",
        "lied",
        "naïve",
        "e\u0301te\u0301",
        "x😀y",
        "👩\u200d👩\u200d👧s",
        "{brace}",
        "back\\slash",
        "\\{odd\\",
        "tab\tbed",
    ),
    *("a\u2028b", "c\x85d", "מילה", "ß\u00a0Ł", "allegation:none", '{"id":1}', "T1\\tcue", "---", "\U00010000z"),
]


@st.composite
def sentences(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """The words of a sentence, all of them in quotation marks, and marks that keep the rules of the seeds."""
    words = draw(st.lists(st.sampled_from([word for word in WORDS if any(map(str.isalnum, word))]), min_size=4, max_size=9))
    text, places = "“", []
    for word in words:
        places.append((len(text), len(text) + len(word)))
        text += word + " "
    text = text.rstrip() + "”"
    spans = []
    value = draw(st.sampled_from([None, "none", "vague", "attributed", "documented"]))
    if value is not None:
        first = draw(st.integers(1, len(places) - 2))
        last = draw(st.integers(first, len(places) - 1))
        spans.append(Span(places[first][0], places[last][1], "allegation", value, draw(st.booleans())))
        if value != "none":
            spans.append(Span(*places[0], "cue", value, quoted=False))
    loaded = draw(st.integers(1, len(places) - 1))
    if draw(st.booleans()):
        # The seeds put the inner of two marks around the same words first.
        spans.insert(0, Span(*places[loaded], "loaded", None, draw(st.booleans())))
    return text, sorted(spans, key=lambda span: span.place)


@st.composite
def documents(draw: st.DrawFn, key: str = "quay") -> Document:
    text, paragraph, placed = "", 0, []
    for words, spans in draw(st.lists(sentences(), min_size=1, max_size=4)):
        if text:
            blank = draw(st.booleans())
            paragraph += blank
            text += "\n\n" if blank else " "
        moved = tuple(Span(s.start + len(text), s.end + len(text), s.label, s.value, s.quoted) for s in spans)
        placed.append(GoldSentence(len(text), len(text) + len(words), paragraph, moved))
        text += words
    topic = draw(st.sampled_from(["transport", "Łódź: a “quay”", 'a\\"b']))
    origin = draw(st.sampled_from([key, "harbour"]))
    return Document(key, "news report", topic, "british", text, tuple(placed), origin, is_test=False)


@FORM
@settings(deadline=None)
@given(one=documents("a-quay"), other=documents("source/doc.1/2"))
def test_what_goes_out_comes_back(form: str, one: Document, other: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "target"
        export_to([other, one], target, form)
        assert read(target, form) == [one, other]


@settings(deadline=None)
@given(document=documents())
def test_a_seed_file_reads_as_the_document_it_was_written_from(document: Document) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "news-report" / "quay.txt"
        path.parent.mkdir()
        path.write_text(to_seed(document), encoding="utf-8", newline="")
        again = read_file(path)
    assert (again.text, again.sentences, again.topic) == (document.text, document.sentences, document.topic)


def test_the_projects_own_seeds_go_out_and_in(tmp_path: Path) -> None:
    authored = read_folder(ROOT / "seeds" / "authored")
    for form in FORMATS:
        export_to(authored, tmp_path / form, form)
    paths = import_to(tmp_path / "brat", "brat", tmp_path / "seeds")
    assert len(paths) == len(authored)
    assert read_folder(tmp_path / "seeds") == authored


def test_label_studio_offsets_are_code_points(tmp_path: Path) -> None:
    export_to([DOCUMENT], tmp_path / "file", "label-studio")
    (task,) = json.loads((tmp_path / "file").read_bytes())
    assert task["data"] == {"text": TEXT, **HEADER, "origin": "harbour"}
    regions = task["annotations"][0]["result"]
    assert all(TEXT[r["value"]["start"] : r["value"]["end"]] == r["value"]["text"] for r in regions)
    assert [(r["value"]["labels"], r.get("meta")) for r in regions] == [
        (["sentence"], None),
        (["sentence"], None),
        (["allegation:vague"], {"text": ["quoted"]}),
        (["loaded"], {"text": ["quoted"]}),
        (["cue:vague"], None),
        (["sentence"], None),
    ]


def test_doccano_offsets_are_utf_16_code_units(tmp_path: Path) -> None:
    export_to([DOCUMENT], tmp_path / "file", "doccano")
    item = json.loads((tmp_path / "file").read_bytes())
    units = TEXT.encode("utf-16-le")
    words = [units[2 * start : 2 * end].decode("utf-16-le") for start, end, _ in item["label"]]
    assert words[0] == "😀 Hier."
    assert words[3:5] == ["rotten", "{is said}"]
    assert [name for _, _, name in item["label"]][1:5] == ["sentence", "allegation:vague:quoted", "loaded:quoted", "cue:vague"]


def test_brat_marks_name_their_words_and_go_over_line_ends_in_pieces(tmp_path: Path) -> None:
    export_to([DOCUMENT], tmp_path / "folder", "brat")
    assert (tmp_path / "folder" / "quay.txt").read_bytes() == TEXT.encode()
    lines = (tmp_path / "folder" / "quay.ann").read_bytes().decode().split("\n")
    assert lines[0] == "T1\tsentence 0 7\t😀 Hier."
    assert lines[3] == "T4\tloaded-quoted 14 20\trotten"
    assert lines[1].startswith("T2\tsentence 9 45;46 61\t“The rotten")
    assert lines[6].startswith('#1\tAnnotatorNotes T1\t{"id": "quay", "genre": "news report"')
    assert not any("\u2028" in line for line in lines)


def test_sentences_are_found_where_none_are_marked(tmp_path: Path) -> None:
    text = "A headline\n\nThe mayor and all of her friends lied, and so it is\nsaid in the whole town. Dr. Obi left."
    path = tmp_path / "file"
    path.write_text(line_of_doccano(text=text, label=[[45, 49, "allegation:none"]]), encoding="utf-8")
    (document,) = read(path, "doccano")
    assert [(text[s.start : s.end][-8:], s.paragraph) for s in document.sentences] == [
        ("headline", 0),
        ("le town.", 1),
        ("bi left.", 1),
    ]
    assert document.sentences[1].allegation == Span(45, 49, "allegation", "none", quoted=False)
    assert document.origin == "quay"
    assert to_seed(document).split("---\n")[1] == (
        "A headline\n\nThe mayor and all of her friends {allegation none: lied}, and so it is said in the whole town.\n"
        "Dr. Obi left.\n"
    )


def test_what_annotators_leave_beside_the_marks_is_passed_over(tmp_path: Path) -> None:
    export_to([DOCUMENT], tmp_path / "file", "label-studio")
    tasks = json.loads((tmp_path / "file").read_bytes())
    tasks[0]["annotations"][0]["result"].append({"type": "choices", "value": {"choices": ["good"]}})
    tasks[0]["annotations"].append({"was_cancelled": True, "result": []})
    (tmp_path / "file").write_text(json.dumps(tasks), encoding="utf-8")
    assert read(tmp_path / "file", "label-studio") == [DOCUMENT]
    export_to([DOCUMENT], tmp_path / "folder", "brat")
    with (tmp_path / "folder" / "quay.ann").open("a", encoding="utf-8") as file:
        file.write("A1\tSure T2\nR1\tBecause Arg1:T2 Arg2:T3\n#2\tAnnotatorNotes T2\twhy?\n")
    assert read(tmp_path / "folder", "brat") == [DOCUMENT]


def changed(document: Document, **changes: Any) -> Document:
    return Document(**{**{key: getattr(document, key) for key in Document.__dataclass_fields__}, **changes})


@FORM
@pytest.mark.parametrize(
    "document",
    [
        changed(DOCUMENT, sentences=(GoldSentence(0, 7, 0, ()), GoldSentence(9, 61, 5, ()))),
        changed(DOCUMENT, sentences=(GoldSentence(0, 7, 0, ()), GoldSentence(5, 61, 1, ()))),
        changed(DOCUMENT, sentences=(GoldSentence(0, 7, 0, (Span(3, 12, "loaded", None, quoted=False),)),)),
        changed(DOCUMENT, sentences=(GoldSentence(0, 7, 0, (Span(3, 5, "sneer", None, quoted=False),)),)),
        changed(DOCUMENT, id=""),
    ],
)
def test_what_a_format_cannot_hold_is_refused(tmp_path: Path, form: str, document: Document) -> None:
    with pytest.raises(FormatError):
        export_to([document], tmp_path / "target", form)


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    for form in FORMATS:
        with pytest.raises(FormatError, match=r"name a place that can be written to"):
            export_to([DOCUMENT], Path("/dev/null/target"), form)
    (tmp_path / "quay.ann").touch()
    with pytest.raises(FormatError, match="not empty; name a new one"):
        export_to([DOCUMENT], tmp_path, "brat")
    with pytest.raises(FormatError, match=r"two documents would have the file a-b\.txt"):
        export_to([changed(DOCUMENT, id="a/b"), changed(DOCUMENT, id="a b")], tmp_path / "new", "brat")


def task(**changes: object) -> str:
    return json.dumps([{"data": {"text": TEXT, **HEADER}, "annotations": [{"result": []}], **changes}])


def region(start: object = 0, end: object = 7, label: object = "sentence", **value: object) -> str:
    result = [{"type": "labels", "value": {"start": start, "end": end, "labels": [label], **value}}]
    return task(annotations=[{"result": result}])


BROKEN_LABEL_STUDIO = [
    ("{", ": not JSON, at line 1; export it again"),
    ("[\n\n1,", ": not JSON, at line 3"),
    ("[" * 100_000, ": not JSON"),
    ("1" * 5_000, ": not JSON"),
    ("\ud800", ": not UTF-8"),
    ("{}", ": no list of tasks; export the project as JSON, not as JSON-MIN"),
    ("[]", ": no documents here"),
    ("[1]", ", task 1: no 'data' here"),
    (task(data=[]), ", task 1: no 'data' here"),
    (task(data={**HEADER}), ", task 1: no 'text' here, or not what it should be; let the project keep its texts in 'text'"),
    (task(data={"text": "A b."}), ", task 1: no 'id' here, or not what it should be; add it"),
    (task(data={"text": "A b.", **HEADER, "topic": ""}), ", task 1: no 'topic' here"),
    (task(data={"text": "A b.", **HEADER, "origin": 3}), ", task 1: 'origin' is not text"),
    (task(data={"text": "A \ud83d b.", **HEADER}), ", task 1: the text holds half a character"),
    (task(annotations=None), ", task 1: no 'annotations' here"),
    (task(annotations=[]), ", task 1: 0 finished annotations; keep one, or leave the task out"),
    (task(annotations=[{"was_cancelled": True}]), ", task 1: 0 finished annotations"),
    (task(annotations=[{"result": []}] * 2), ", task 1: 2 finished annotations"),
    (task(annotations=[7]), ", task 1: no 'result' here"),
    (region(label="slander" * 100), ", task 1: unknown label 'slanderslander"),
    (region(label=["a"]), ", task 1: unknown label"),
    (region(labels=["loaded", "sentence"]), ", task 1: 2 labels on one region"),
    (region(labels="loaded"), ", task 1: no 'labels' here"),
    (region(start=None), ", task 1: a mark 'sentence' from None to 7 is not in the text; mend its offsets"),
    (region(start="0"), "is not in the text"),
    (region(start=True), "is not in the text"),
    (region(start=-1), "is not in the text"),
    (region(start=7), "is not in the text"),
    (region(end=10**6), "is not in the text"),
    (region(text="elsewhere"), ", task 1: the words at 0 to 7 are others; export again from a newer Label Studio"),
    (region(text=7), "are others"),
    (region(5, 12, "loaded"), ", task 1: the mark 'loaded' at 5 to 12 lies in no one sentence; shorten it, or mark every"),
    (json.dumps(json.loads(task()) * 2), ": the id 'quay' is used twice"),
]


BROKEN_DOCCANO = [
    ("\n{", ":2: not JSON"),
    ("1\n", ":1: no 'text' here, or not what it should be; export the project as JSONL, without relations"),
    (line_of_doccano(label={}), ":1: no 'label' here"),
    (line_of_doccano(label=[[0, 8]]), ":1: a label that is not [start, end, name]"),
    (line_of_doccano(label=[{}]), ":1: a label that is not [start, end, name]"),
    (line_of_doccano(label=[[0, 1, "loaded"]]), ":1: a label's offset is not between two characters; mend it, or turn off"),
    (line_of_doccano(label=[[0, 10**6, "loaded"]]), ":1: a label's offset is not between two characters"),
    (line_of_doccano(label=[[0, [], "loaded"]]), ":1: a label's offset is not between two characters"),
    (line_of_doccano(label=[[0.0, 8, "loaded"]]), ":1: a label's offset is not between two characters"),
    (line_of_doccano(label=[[0, 8, "cue:none"]]), ":1: unknown label 'cue:none'; use one of sentence, allegation:none"),
    (line_of_doccano(label=[[0, 8, "sentence"], [3, 12, "sentence"]]), ":1: the sentences at 0 and 2 overlap; mark each once"),
    (line_of_doccano(label=[[0, 8, "sentence"], [15, 21, "loaded"]]), ":1: the mark 'loaded' at 14 to 20 lies in no one"),
    (line_of_doccano(id=3), ":1: no 'id' here"),
]


NOTE = f"#1\tAnnotatorNotes T1\t{json.dumps(HEADER)}"
BROKEN_BRAT = [
    ("", ".ann: no note with the document's header; add a line #1<tab>AnnotatorNotes T1<tab>{"),
    ("T1\tsentence 0 7\t😀 Hier.", ".ann: no note with the document's header"),
    ("T1 sentence 0 7 😀 Hier.\n" + NOTE, ".ann:1: not a mark, 'T1<tab>label start end<tab>words'; mend the line"),
    (NOTE + "\nT1\tsentence zero 7\tHier", ".ann:2: not a mark"),
    (NOTE + "\nT1\tsentence 0 99999999999999999999\tHier", ".ann:2: not a mark"),
    (NOTE + "\nT1\tsentence 0 7\tDort.", ".ann:2: the words are not those at the offsets; keep .txt and .ann together"),
    (NOTE + "\nT1\tsentence 0 1;4 7\t😀 er.", ".ann:2: a mark with a gap; make it one stretch of words"),
    (NOTE + "\nT1\tsentence 2 7;0 1\tHier. 😀", ".ann:2: a mark"),
    (NOTE + "\nT1\tPerson 0 7\t😀 Hier.", ".ann:2: unknown label 'Person'"),
    (NOTE + "\nT1\tsentence 0 700\t😀 Hier.", ".ann:2: a mark 'sentence' from 0 to 700 is not in the text"),
    ("#1\tAnnotatorNotes T1\t{no}", ".ann: not JSON"),
    ("#1\tAnnotatorNotes T1\t{}", ".ann: no 'id' here"),
]


def write_brat(path: Path, annotations: str) -> None:
    path.mkdir()
    (path / "quay.txt").write_text(TEXT, encoding="utf-8", newline="")
    (path / "quay.ann").write_text(annotations, encoding="utf-8", newline="")


def write_file(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8", errors="surrogatepass")


TABLE = [
    *(("label-studio", write_file, *row) for row in BROKEN_LABEL_STUDIO),
    *(("doccano", write_file, *row) for row in BROKEN_DOCCANO),
    *(("brat", write_brat, *row) for row in BROKEN_BRAT),
]


@pytest.mark.parametrize(("form", "write", "content", "problem"), TABLE)
def test_broken_input_is_told_where_and_why(
    tmp_path: Path, form: str, write: Callable[[Path, str], None], content: str, problem: str
) -> None:
    path = tmp_path / "source"
    write(path, content)
    with pytest.raises(FormatError) as error:
        read(path, form)
    message = str(error.value)
    assert message.startswith(str(path))
    assert problem in message
    assert "rotten" not in message
    assert len(message) < len(str(path)) + 700


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for form in ("label-studio", "doccano"):
        with pytest.raises(FormatError, match=r"nowhere: No such file.*; name a file that can be read"):
            read(tmp_path / "nowhere", form)
    with pytest.raises(FormatError, match="nowhere: not a folder"):
        read(tmp_path / "nowhere", "brat")
    (tmp_path / "quay.ann").touch()
    with pytest.raises(FormatError, match=r"quay\.txt: No such file"):
        read(tmp_path, "brat")


def test_an_import_writes_seed_files_and_never_over_others(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "seeds"
    source.write_text(line_of_doccano(text="They lied.", label=[[0, 9, "allegation:none"]]), encoding="utf-8")
    (path,) = import_to(source, "doccano", folder)
    assert path == folder / "news-report" / "quay.txt"
    assert path.read_text(encoding="utf-8").endswith("---\n{allegation none: They lied}.\n")
    with pytest.raises(FormatError, match=r"quay\.txt: there already; move it away"):
        import_to(source, "doccano", folder)
    with pytest.raises(FormatError, match="name a folder that can be written to"):
        import_to(source, "doccano", Path("/dev/null"))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"id": "../../escaped"}, "is no file name; use letters"),
        ({"id": "/etc/passwd"}, "is no file name"),
        ({"id": "a\n"}, "is no file name"),
        ({"id": ".hidden"}, "is no file name"),
        ({"genre": "../up"}, "unknown genre '../up'; use one of audit summary"),
        ({"topic": "a\nb"}, "'topic' is not one line of words"),
        ({"label": [[0, 3, "sentence"]]}, "white space around the sentence"),
        ({"label": [[11, 32, "allegation:none"], [15, 47, "loaded"]]}, "two marks cross"),
    ],
)
def test_an_import_that_cannot_be_written_writes_nothing(tmp_path: Path, changes: dict[str, object], problem: str) -> None:
    source, folder = tmp_path / "source", tmp_path / "seeds"
    source.write_text(line_of_doccano(**{"label": [], **changes}), encoding="utf-8")
    with pytest.raises(FormatError) as error:
        import_to(source, "doccano", folder)
    assert problem in str(error.value)
    assert not folder.exists()


def test_an_import_that_breaks_a_rule_of_the_seeds_stays_to_be_mended(tmp_path: Path) -> None:
    source, folder = tmp_path / "source", tmp_path / "seeds"
    source.write_text(line_of_doccano(text="They lied.", label=[[0, 9, "allegation:vague"]]), encoding="utf-8")
    with pytest.raises(SeedError, match=r"quay\.txt:6: allegation 'vague' has no cue 'vague' near; mark it too"):
        import_to(source, "doccano", folder)
    assert (folder / "news-report" / "quay.txt").exists()
