"""Tables and words of the report, in Markdown."""

from collections.abc import Iterable, Sequence

Cell = str | float | None


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """A table; numbers that are no counts have three digits, and what is None is left empty."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, ["---"] * len(heads), *cells])


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell).replace("|", "\\|")


def words(key: str) -> str:
    """The name of a figure or label as one reads it."""
    return key.replace("_", " ").replace("auc", "ROC AUC")


def within(low: float | None, high: float | None) -> str:
    """An interval."""
    return "" if low is None or high is None else f"{low:.3f} to {high:.3f}"


def percent(share: float) -> str:
    """A share of 1 in percent, with one digit where it is small."""
    return f"{100 * share:.2f}%" if share < 0.1 else f"{100 * share:.0f}%"
