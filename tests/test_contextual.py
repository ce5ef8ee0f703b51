"""The contextual profile: two stages and a cascade between them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model import Analyzer
from model.contextual import COLUMNS, Cascade, is_there, stacked
from model.encoder import MARKS, SCORES, Encoded
from model.features import read
from model.types import Profile
from tests.conftest import ROOT
from tests.texts import TEXTS
from training.examples import split_documents
from training.out_of_fold import OutOfFold, digest, load
from training.seeds import Document, TrainingError, read_folder
from training.standoff import read_documents

ACCUSING = "The minister has pocketed the money and lied about it."
CLEAN = "The committee met on Tuesday and approved the minutes."


def test_a_clean_sentence_keeps_what_the_lexical_stage_says_and_an_accusing_one_does_not(
    analyzers: dict[Profile, Analyzer],
) -> None:
    lexical, contextual = (analyzers[profile].analyze(f"{ACCUSING}\n\n{CLEAN}") for profile in ("lexical", "contextual"))
    assert contextual.sentences[1].scores == lexical.sentences[1].scores
    assert contextual.sentences[0].scores != lexical.sentences[0].scores
    assert (lexical.model.profile, contextual.model.profile) == ("lexical", "contextual")
    assert lexical.model.digest != contextual.model.digest


def test_the_cascade_decides_what_is_encoded(analyzer: Analyzer) -> None:
    assert analyzer.contextual is not None
    lexical = analyzer.lexical.score(read(f"{ACCUSING} {CLEAN}", analyzer.known))
    assert Cascade(0.0, 0.0).unsure(lexical).tolist() == [0, 1]
    assert Cascade(1.1, 1.1).unsure(lexical).tolist() == []
    assert Cascade(1.1, 0.0).unsure(lexical).tolist() == [0, 1]
    assert analyzer.contextual.cascade.unsure(lexical).tolist() == [0]


def test_a_sentence_of_a_batch_gets_its_own_scores(analyzer: Analyzer) -> None:
    texts = [CLEAN, ACCUSING, "", *TEXTS, f"{CLEAN} {ACCUSING} {CLEAN}"]
    assert analyzer.analyze_many(texts) == [analyzer.analyze(text) for text in texts]


def test_without_the_cascade_the_rest_stays_as_it_is(analyzer: Analyzer) -> None:
    assert analyzer.contextual is not None
    full = replace(analyzer, contextual=replace(analyzer.contextual, cascade=Cascade(0.0, 0.0)))
    text = f"{ACCUSING} {CLEAN} They are thugs."
    assert [s.scores for s in full.analyze(text).sentences][::2] == [s.scores for s in analyzer.analyze(text).sentences][::2]


def test_the_stacked_columns_are_of_both_stages_and_of_the_text(analyzer: Analyzer) -> None:
    readings = read("Critics say so. They lied.", analyzer.known)
    encoded = [Encoded(np.arange(6, dtype=np.float32), np.full((len(r.words), len(MARKS)), 9, np.float32)) for r in readings]
    matrix = stacked(readings, analyzer.lexical.score(readings), encoded)
    columns = {name: matrix[:, place].tolist() for place, name in enumerate(COLUMNS)}
    assert columns["encoder:allegation"] == [0, 0]
    assert sum(columns[f"encoder:{name}"][0] for name in SCORES[1:-1]) == pytest.approx(0)
    assert columns["encoder:loaded, likeliest word"] == [8, 8]
    assert columns["cue:vague"] == [1, 0]
    assert columns["cue:vague before"] == [0, 1]


def test_a_cue_beside_counts_across_paragraphs() -> None:
    assert is_there("cue:vague before", {"cue:vague paragraph before"})
    assert is_there("cue:vague before", {"cue:vague before"})
    assert not is_there("cue:vague", {"cue:vague before"})


def document(text: str, origin: str) -> Document:
    return Document(origin, "op-ed", "t", "british", text, (), origin, is_test=False)


def test_what_encoders_said_is_kept_for_training(analyzer: Analyzer, tmp_path: Path) -> None:
    assert analyzer.contextual is not None
    encoder = analyzer.contextual.encoder
    readings = read(ACCUSING, analyzer.known)
    own = list(encoder.encode(readings, [0]))
    OutOfFold({digest(readings): own}, frozenset({"seen"}), frozenset({"lied"}), encoder.digest).save(tmp_path / "told.npz")
    told = load(tmp_path / "told.npz")
    assert (sorted(told.seen), sorted(told.known)) == (["seen"], ["lied"])
    kept = told.of(document(ACCUSING, "seen"), readings, encoder)
    assert kept is not None
    assert kept[0].scores == pytest.approx(own[0].scores, abs=0.02)
    assert kept[0].marks.shape == own[0].marks.shape
    assert told.of(document(CLEAN, "seen"), read(CLEAN, analyzer.known), encoder) is None
    assert told.of(document(CLEAN, "new"), read(CLEAN, analyzer.known), encoder) is not None
    told.check(encoder, [document(CLEAN, "new")])
    with pytest.raises(TrainingError, match="learned from documents that are held out"):
        told.check(encoder, [document(CLEAN, "seen")])
    with pytest.raises(TrainingError, match="of another encoder"):
        replace(told, encoder="").check(encoder, [])


def test_the_shipped_encoder_has_seen_nothing_that_is_held_out(analyzer: Analyzer) -> None:
    assert analyzer.contextual is not None
    folder = ROOT / "seeds"
    documents = read_folder(folder / "authored") + read_documents(folder / "real", folder / "texts")[0]
    load().check(analyzer.contextual.encoder, split_documents(documents)[1])
