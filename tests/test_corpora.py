"""Figures on corpora of others, on small invented ones of their form."""

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model import Analyzer
from model.analyzer import Threshold
from model.types import LABELS
from training.evaluation.corpora import READERS, Row, present, read_corpus
from training.evaluation.metrics import Average, Metrics, highest_f1
from training.evaluation.protocols import PROTOCOLS, PUBLISHED, by_protocol, feature_rows
from training.evaluation.zero_shot import ZERO_SHOT, FoundCue, found_cues, zero_shot

LOADED = "The day was fine. What a shameful, disgusting gang of thugs!"
PLAIN = "The office opens at nine."
VAGUE = "Critics say the plan is late."
NAMED = "Moira Teague said the plan was late."


def write_corpus(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def babe(text: str, biased: int | None) -> dict[str, Any]:
    return {"text": text, "label": {"biased": biased, "opinion": "No agreement"}, "spans": [], "meta": {}}


def ptc(text: str, loaded: int, article: str = "1") -> dict[str, Any]:
    return {"text": text, "label": {"loaded_language": loaded, "doubt": 1 - loaded}, "spans": [], "meta": {"article": article}}


def conll(text: str, uncertain: int) -> dict[str, Any]:
    return {"text": text, "label": {"uncertain": uncertain}, "meta": {}}


def polnear(text: str, cue: str | None, split: str = "train", attributed: int = 1, sourceless: int = 0) -> dict[str, Any]:
    spans = [] if cue is None else [[text.index(cue), text.index(cue) + len(cue), "cue"], [0, len(text), "content"]]
    label = {"has_attribution": attributed, "attr_without_source": sourceless}
    return {"text": text, "label": label, "spans": spans, "split": split, "meta": {}}


def anonymous(text: str, phrase: str) -> dict[str, Any]:
    spans = [[text.index(phrase), text.index(phrase) + len(phrase), "anonymous_source_phrase"]]
    return {"text": text, "label": {"anonymous_source": 1}, "spans": spans, "meta": {}}


def neutral(text: str, genre: str) -> dict[str, Any]:
    return {"text": text, "label": {"neutral": 1}, "meta": {"genre": genre}}


def with_thresholds(analyzer: Analyzer, review: float, flag: float) -> Analyzer:
    thresholds = {label: Threshold(review, flag) for label in LABELS}
    return replace(analyzer, thresholds=thresholds)


def measured(analyzer: Analyzer, folder: Path) -> dict[str, Metrics]:
    figures = zero_shot(analyzer, folder, lambda _: None)
    return {name: {key: round(value, 4) for key, value in values.items()} for name, values in figures.items()}


def test_rows_have_the_labels_of_their_corpus(tmp_path: Path) -> None:
    write_corpus(tmp_path, "babe", babe("a", 1), babe("b", 0), babe("c", None))
    write_corpus(tmp_path, "conll2010_wiki_train", conll("a", 1), conll("a", 0))
    write_corpus(tmp_path, "polnear", polnear("b said a", "said", "dev", sourceless=1), polnear("a", None, attributed=0))
    write_corpus(tmp_path, "anonsource", anonymous("b said a", "b"))
    write_corpus(tmp_path, "neutral_gum", neutral("a", "news"), neutral("b", "court"))
    write_corpus(tmp_path, "neutral_agnews", {"text": "a", "label": {"neutral": 1}, "meta": {"topic": "World"}})
    assert read_corpus(tmp_path, "babe") == [Row("a", positive=True), Row("b", positive=False)]
    assert read_corpus(tmp_path, "conll2010_wiki_train") == [Row("a", positive=True), Row("a", positive=False)]
    assert read_corpus(tmp_path, "polnear") == [
        Row("b said a", positive=True, group="dev", spans=((2, 6),), sourceless=True),
        Row("a", positive=False, group="train"),
    ]
    assert read_corpus(tmp_path, "anonsource") == [Row("b said a", positive=True, spans=((0, 1),))]
    assert read_corpus(tmp_path, "neutral_gum") == [Row(t, positive=False, group=g) for t, g in (("a", "news"), ("b", "court"))]
    assert read_corpus(tmp_path, "neutral_agnews") == [Row("a", positive=False)]


def test_a_line_that_recurs_counts_once(tmp_path: Path) -> None:
    """In its first article, and as loaded where it is so anywhere."""
    write_corpus(tmp_path, "ptc_semeval2020", ptc("a", 0, "1"), ptc("b", 1, "1"), ptc("a", 1, "2"), ptc("b", 0, "3"))
    assert read_corpus(tmp_path, "ptc_semeval2020") == [Row("a", positive=True, group="1"), Row("b", positive=True, group="1")]


def test_what_is_not_there_is_skipped_and_named(analyzer: Analyzer, tmp_path: Path) -> None:
    write_corpus(tmp_path, "neutral_agnews", neutral(PLAIN, "news"))
    log: list[str] = []
    assert list(zero_shot(analyzer, tmp_path, log.append)) == present(tmp_path) == ["neutral_agnews"]
    assert log[0].endswith(": babe, ptc_semeval2020, polnear, anonsource, neutral_gum")
    log.clear()
    assert by_protocol(analyzer, tmp_path, log.append) == {}
    assert len(log) == 1
    assert log[0].endswith(": babe, ptc_semeval2020, conll2010_wiki_train")


def test_every_corpus_has_a_reader_and_a_use() -> None:
    assert set(READERS) == {*ZERO_SHOT, *PROTOCOLS}
    assert set(PROTOCOLS) <= set(PUBLISHED) <= set(READERS)
    assert all(0 < published.score < 1 for scores in PUBLISHED.values() for published in scores)


def test_figures_of_loaded_language(analyzer: Analyzer, tmp_path: Path) -> None:
    """All three rows are above the review threshold of 0, and none reaches the flag threshold of 1.1."""
    rows = [(LOADED, 1), (PLAIN, 0), (LOADED + " " + PLAIN, 1)]
    flags = [flag for flag in with_thresholds(analyzer, 0.0, 0.0).analyze(LOADED).flags if flag.label == "loaded_language"]
    in_babe, in_ptc = [babe(*row) for row in rows], [ptc(*row) for row in rows]
    in_babe[0]["spans"] = [[flag.start, flag.end, "biased_word"] for flag in flags]
    in_ptc[0]["spans"] = [[flag.start, flag.end, "Loaded_Language"] for flag in flags]
    write_corpus(tmp_path, "babe", *in_babe)
    write_corpus(tmp_path, "ptc_semeval2020", *in_ptc)
    figures = measured(with_thresholds(analyzer, 0.0, 1.1), tmp_path)
    scores = np.array([analyzer.analyze(text).scores.loaded_language for text, _ in rows])
    expected = {
        "rows": 3,
        "auc": 1.0,
        "average_precision": 1.0,
        "brier": round(float(np.mean((scores - [1, 0, 1]) ** 2)), 4),
        "calibration_error": figures["babe"]["calibration_error"],
        "f1_at_flag_threshold": 0.0,
        "macro_f1_at_flag_threshold": 0.25,  # none: F1 0 and 2 / (2 + 2)
        "f1_at_review_threshold": 0.8,
        "macro_f1_at_review_threshold": 0.4,  # all: F1 4 / (4 + 1) and 0
        "f1_at_0.5": 1.0,
        "macro_f1_at_0.5": 1.0,
    }
    expected |= {f"spans_{kind}{key}": 1.0 for kind in ("", "exact_", "overlap_") for key in ("precision", "recall", "f1")}
    assert figures == {"babe": expected, "ptc_semeval2020": expected}
    assert 0 < figures["babe"]["calibration_error"] < 0.5


@pytest.mark.parametrize(
    ("review", "flag", "reviewed", "flagged"), [(0.0, 0.0, 1.0, 1.0), (0.0, 1.1, 1.0, 0.0), (1.1, 1.1, 0.0, 0.0)]
)
def test_false_alarms_are_the_share_of_rows(
    analyzer: Analyzer, tmp_path: Path, review: float, flag: float, reviewed: float, flagged: float
) -> None:
    write_corpus(tmp_path, "neutral_gum", neutral(LOADED, "news"), neutral(LOADED, "bio"), neutral(LOADED, "court"))
    write_corpus(tmp_path, "neutral_agnews", neutral(LOADED, "news"))
    flags = {f"{label}_flagged": flagged for label in LABELS}
    alarms = flags | {f"{label}_reviewed": reviewed for label in LABELS}
    genres = {f"{genre}_{name}": value for genre in ("bio", "court", "news") for name, value in ({"rows": 1} | flags).items()}
    assert measured(with_thresholds(analyzer, review, flag), tmp_path) == {
        "neutral_gum": {"rows": 2} | alarms | genres,
        "neutral_agnews": {"rows": 1} | alarms,
    }


def test_cues_overlap_where_they_share_a_character() -> None:
    cue = FoundCue("vague", 4, 8)
    assert [cue.overlaps(span) for span in ((0, 4), (0, 5), (5, 6), (7, 9), (8, 9))] == [False, True, True, True, False]


def test_cues_are_those_of_all_sentences(analyzer: Analyzer) -> None:
    text = f"{PLAIN} {VAGUE} {NAMED}"
    found = [(cue.kind, text[cue.start : cue.end]) for cue in found_cues(text, analyzer.known)]
    assert found == [("vague", "Critics say"), ("attributed", "Moira Teague said")]


def test_attributions_are_seen_by_cues(analyzer: Analyzer, tmp_path: Path) -> None:
    """Of four attributed rows three hold a cue of ours, and so does one of two others; of four marked cues two are found."""
    write_corpus(
        tmp_path,
        "polnear",
        polnear(NAMED, "said", "dev"),
        polnear(VAGUE, "say", sourceless=1),
        polnear(VAGUE, "late", sourceless=1),  # ours is elsewhere in the row
        polnear(PLAIN, "opens"),
        polnear(PLAIN, None, "dev", attributed=0),
        polnear(NAMED, None, attributed=0),
    )
    figures = measured(analyzer, tmp_path)["polnear"]
    assert figures == {
        "rows": 6,
        "attributed": 0.6667,
        "precision": 0.75,
        "recall": 0.75,
        "f1": 0.75,
        "recall_where_cue": 0.75,
        "cues_found": 0.5,
        "vague_without_source": 1.0,
        "vague_with_source": 0.0,
        "dev_rows": 2,
        "dev_attributed": 0.5,
        "dev_precision": 1.0,
        "dev_recall": 1.0,
        "dev_f1": 1.0,
        "dev_recall_where_cue": 1.0,
        "dev_cues_found": 1.0,
        "dev_vague_without_source": 0.0,
        "dev_vague_with_source": 0.0,
    }


def test_unnamed_sources_are_seen_by_vague_cues(analyzer: Analyzer, tmp_path: Path) -> None:
    rows = [anonymous(VAGUE, "Critics"), anonymous(NAMED, "Teague"), anonymous(VAGUE, "late"), anonymous(PLAIN, "office")]
    write_corpus(tmp_path, "anonsource", *rows)
    assert measured(analyzer, tmp_path)["anonsource"] == {"rows": 4, "vague_overlaps": 0.25, "any_overlaps": 0.5}


@pytest.mark.parametrize(
    ("average", "expected"),
    [("binary", (0.8, 0.4)), ("macro", ((4 / 5 + 2 / 3) / 2, 0.4))],
)
def test_the_threshold_is_the_best_one(average: Average, expected: tuple[float, float]) -> None:
    """Taking three of four: two of them right. Taking 0.6 alone would be half of two equal scores."""
    labels, scores = np.array([1, 0, 1, 0]), np.array([0.6, 0.6, 0.4, 0.1])
    assert highest_f1(labels, scores, average) == pytest.approx(expected)


def test_features_of_a_text_are_the_highest_of_its_sentences(analyzer: Analyzer) -> None:
    loaded, plain, both = feature_rows(analyzer, [LOADED, PLAIN, f"{LOADED} {PLAIN}"])
    assert set(both) - {feature for feature in both if feature.startswith(("form:", "cue:", "encoder:"))} <= {*loaded, *plain}
    for feature in ("tag:highest", "tag:expected", "shipped:loaded_language"):
        assert both[feature] == max(loaded[feature], plain[feature])
    assert "shipped:allegation" in plain


def invented(number: int) -> tuple[str, int]:
    """A text and its label, which its words tell most of the time."""
    positive = number % 3 == 0
    word = "shameful" if positive != (number % 7 == 0) else "quiet"
    return f"The {word} office in street {number} opens at {('nine', 'ten', 'noon')[number % 4 % 3]}.", int(positive)


@pytest.fixture(scope="module")
def invented_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    rows = [invented(number) for number in range(90)]
    write_corpus(folder, "babe", *(babe(*row) for row in rows))
    write_corpus(folder, "conll2010_wiki_train", *(conll(*row) for row in rows))
    write_corpus(folder, "ptc_semeval2020", *(ptc(*row, str(number // 3)) for number, row in enumerate(rows)))
    return folder


@pytest.fixture(scope="module")
def trained(analyzer: Analyzer, invented_folder: Path) -> dict[str, Metrics]:
    return by_protocol(analyzer, invented_folder, lambda _: None)


def test_every_figure_by_protocol_is_a_share(trained: dict[str, Metrics]) -> None:
    for name, figures in trained.items():
        own = PROTOCOLS[name].figure
        names = [
            f"{system}_{figure}" for system in ("ours", "baseline") for figure in (own, "auc", "average_precision", f"{own}_sd")
        ]
        assert list(figures) == names
        assert all(0 <= value <= 1 for value in figures.values())
        assert min(figures[f"ours_{own}"], figures[f"baseline_{own}"]) > 0.6
    assert list(trained) == list(PROTOCOLS)


def test_figures_by_protocol_are_the_same_again(
    analyzer: Analyzer, invented_folder: Path, trained: dict[str, Metrics], tmp_path: Path
) -> None:
    shutil.copy(invented_folder / "ptc_semeval2020.jsonl.gz", tmp_path)
    log: list[str] = []
    assert by_protocol(analyzer, tmp_path, log.append) == {"ptc_semeval2020": trained["ptc_semeval2020"]}
    assert sum("fold 5 of 5" in line for line in log) == 2
