"""How well the words that are flagged agree with those that people marked."""

from collections.abc import Sequence

from training.evaluation.metrics import Metrics

Range = tuple[int, int]


def span_figures(pairs: Sequence[tuple[Sequence[Range], Sequence[Range]]]) -> Metrics:
    """Precision, recall and F1 of the spans that are flagged, in sentences that people marked some in: pairs of what is flagged
    and what is marked. ``exact``: both ends are the same. ``overlap``: they share a character. Without a prefix: by characters.
    """
    figures: Metrics = {}
    both = [sum(len(_characters(flagged) & _characters(marked)) for flagged, marked in pairs)] * 2
    sizes = [sum(len(_characters(pair[side])) for pair in pairs) for side in (0, 1)]
    figures |= _shares("", both, sizes)
    counts = [sum(len(pair[side]) for pair in pairs) for side in (0, 1)]
    exact = [sum(len(set(flagged) & set(marked)) for flagged, marked in pairs)] * 2
    figures |= _shares("exact_", exact, counts)
    overlap = [sum(_touching(*pair) for pair in pairs), sum(_touching(*pair[::-1]) for pair in pairs)]
    return figures | _shares("overlap_", overlap, counts)


def _characters(spans: Sequence[Range]) -> set[int]:
    return {position for start, end in spans for position in range(start, end)}


def _touching(spans: Sequence[Range], others: Sequence[Range]) -> int:
    """How many of ``spans`` share a character with one of the others."""
    return sum(any(start < last and first < end for first, last in others) for start, end in spans)


def _shares(prefix: str, found: Sequence[int], of: Sequence[int]) -> Metrics:
    precision, recall = (part / max(whole, 1) for part, whole in zip(found, of, strict=True))
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return {f"{prefix}precision": precision, f"{prefix}recall": recall, f"{prefix}f1": f1}
