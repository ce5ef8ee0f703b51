"""What the contrast groups show: pairs of sentences that differ in one thing, and whether the scores put them in order.

After Ribeiro et al. 2020, "Beyond Accuracy: Behavioral Testing of NLP Models with CheckList", section 2: a capability is a
kind of pair, and its pass rate is the share of pairs whose sentences are scored in the right order. Every pair is of one
contrast group, so both speak of the same people and things.

=================  ==========================================  ===================================  ========================
capability         the sentence that must score higher         than                                 on
=================  ==========================================  ===================================  ========================
support            charge with support none or vague           charge attributed or documented      ``unsupported_allegation``
quotation          charge of the author's, no support          charge quoted from a named speaker   ``unsupported_allegation``
tone               sentence with loaded words                  sentence without                     ``loaded_language``
denial, …          charge                                      sentence of that contrast            ``allegation``
=================  ==========================================  ===================================  ========================
"""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from training.evaluation.judged import Case, Judged, Ranked
from training.evaluation.metrics import Metrics, interval
from training.seeds import CONTRASTS

Chooser = Callable[[Case], bool]
Capability = tuple[Chooser, Chooser, Ranked]


def _charge(case: Case) -> bool:
    return case.gold.support is not None


def _supported(case: Case) -> bool:
    return _charge(case) and not case.gold.unsupported


def _quoted(case: Case) -> bool:
    return any(span.label == "allegation" and span.quoted and span.value == "attributed" for span in case.gold.spans)


def _plain_charge(case: Case) -> bool:
    return any(span.label == "allegation" and span.value == "none" and not span.quoted for span in case.gold.spans)


def _of(contrast: str) -> Chooser:
    return lambda case: any(span.label == "contrast" and span.value == contrast for span in case.gold.spans)


CAPABILITIES: dict[str, Capability] = {
    "support": (lambda case: case.gold.unsupported, _supported, "unsupported_allegation"),
    "quotation": (_plain_charge, _quoted, "unsupported_allegation"),
    "tone": (lambda case: case.gold.loaded, lambda case: not case.gold.loaded, "loaded_language"),
    **{contrast: (_charge, _of(contrast), "allegation") for contrast in CONTRASTS},
}


def measure(judged: Judged) -> dict[str, Metrics]:
    """For each capability that the contrast groups in ``judged`` have pairs of: the pairs, the groups that they are from, and
    the share in the right order, in [0, 1], with its 95% interval over groups. Equal scores are in no order.
    """
    groups = judged.by("half").get("contrast", Judged(())).by("id").values()
    found = {name: [list(_orders(group, *capability)) for group in groups] for name, capability in CAPABILITIES.items()}
    return {name: _rates([orders for orders in kinds if orders]) for name, kinds in found.items() if any(kinds)}


def _orders(group: Judged, higher: Chooser, lower: Chooser, label: Ranked) -> Iterator[bool]:
    pairs = product(filter(higher, group.cases), filter(lower, group.cases))
    for one, other in pairs:
        yield getattr(one.sentence.scores, label) > getattr(other.sentence.scores, label)


def _rates(kinds: list[list[bool]]) -> Metrics:
    orders = np.concatenate(kinds)
    groups = np.repeat(np.arange(len(kinds)), [len(orders) for orders in kinds])
    low, high = interval(lambda rows: float(orders[rows].mean()), groups)
    return {"groups": len(kinds), "pairs": len(orders), "in_order": float(orders.mean()), "low": low, "high": high}
