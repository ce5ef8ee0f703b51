"""Fine-tuning: all labels at once, on windows of the training documents."""

import time
from collections.abc import Callable, Sequence
from random import Random

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.encoder import SCORES, Pieces
from training.encoder.network import Network
from training.encoder.windows import Batch, Labelled, batches, collate, drawn
from training.examples import SEED

PASSES = 3
RATE, WARM_UP, DECAY = 1.5e-4, 0.06, 0.01
# The weight of the loss of support beside that of the other labels.
_SUPPORT = 0.5
_CLIP = 1.0
_EVERY = 50

Log = Callable[[str], None]


def tune(documents: Sequence[Labelled], base: str, pieces: Pieces, log: Log) -> Network:
    """A network of ``base``, a folder or a name on the hub, tuned on documents. ``log`` is told how long it will take."""
    torch.manual_seed(SEED)
    random = Random(SEED)  # noqa: S311  # a draw, not a secret
    network = Network(base).train()
    passes = [batches(drawn(documents, pieces, random), random) for _ in range(PASSES)]
    steps = sum(map(len, passes))
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / steps))
    start = time.monotonic()
    for step, batch in enumerate((batch for one in passes for batch in one), start=1):
        loss = _loss(network, collate(batch))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
        optimizer.step()
        schedule.step()
        if step % _EVERY == 0:
            left = (time.monotonic() - start) * (steps - step) / step / 60
            log(f"step {step} of {steps}, loss {loss.item():.2f}, about {left:.0f} min left")
    return network.eval()


def _rate(done: float) -> float:
    """The share of the learning rate when a share of the steps is done: up in a line, and down in a line."""
    return min((done + 1e-3) / WARM_UP, (1 - done) / (1 - WARM_UP))


def _loss(network: Network, batch: Batch) -> Tensor:
    # Where the processor has no arithmetic in 16 bits, it would be slower than that in 32.
    with torch.autocast("cpu", torch.bfloat16, enabled=torch.backends.mkldnn.is_available() and _has_short_floats()):
        scores, marks = network(batch.pieces, batch.mask, batch.pool, batch.ends)
    own = scores.float()[batch.judged]
    support = batch.support[batch.judged]
    binary = functional.binary_cross_entropy_with_logits
    loss = binary(own[:, SCORES.index("allegation")], batch.allegation[batch.judged])
    loss = loss + binary(own[:, SCORES.index("loaded_language")], batch.loaded[batch.judged])
    loss = loss + binary(marks.float()[batch.inside], batch.marks[batch.inside])
    if (support >= 0).any():
        loss = loss + _SUPPORT * functional.cross_entropy(own[:, 1:5], support, ignore_index=-1)
    return loss


def _has_short_floats() -> bool:
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
