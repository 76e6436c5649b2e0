"""The few figures that all measurements print."""

from collections.abc import Sequence


def percentile(values: Sequence[float], share: int) -> float:
    """Return the smallest value that `share` of a hundred do not exceed (nearest rank). Needs one at least."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * share // 100) - 1)]


def verdict(kept: bool) -> str:
    """Return the word that ends a line with a target."""
    return "good" if kept else "MISSED"
