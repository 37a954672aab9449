"""What each metric is called and means, for people; the definitions in formulas stand where they are computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MetricWords:
    """`name` is without @K, which it has if `depth`; `digits`: decimals worth showing.

    `best`: where on its scale a strategy would want to be, at the high or low end or at 1.
    """

    name: str
    title: str
    meaning: str
    best: Literal["high", "low", "one"] = "high"
    depth: bool = True
    digits: int = 4

    def at(self, top_k: int) -> str:
        """Its name in results, such as `ndcg@10`."""
        return f"{self.name}@{top_k}" if self.depth else self.name

    def titled(self, top_k: int) -> str:
        """Its title for people, such as NDCG@10."""
        return f"{self.title}@{top_k}" if self.depth else self.title


ACCURACY = (
    MetricWords("ndcg", "NDCG", "Hits count less the lower they stand; 1 is the best order of min(K, relevant) items."),
    MetricWords("recall", "Recall", "Hits over all test pairs of the user."),
    MetricWords("precision", "Precision", "Hits over K."),
    MetricWords("map", "MAP", "Precision at each hit, summed, over min(K, relevant)."),
    MetricWords("mrr", "MRR", "One over the position of the first hit, 0 without one."),
    MetricWords("hit_rate", "Hit rate", "Share of users with at least one hit."),
    MetricWords("auc", "AUC", "How often a test item is above one that is none, ties half.", depth=False),
    MetricWords("cold_recall", "Cold recall", "Recall of the test pairs on items with no or few train pairs."),
)
BEYOND_ACCURACY = (
    MetricWords("coverage", "Coverage", "Share of the catalogue that is recommended to anyone."),
    MetricWords("gini", "Gini", "How unequally items are recommended: 0 all alike, 1 always the same.", best="low"),
    MetricWords(
        "novelty", "Novelty", "Bits: mean of -log2 of the share of users that have a recommended item.", digits=2
    ),
    MetricWords("diversity", "Diversity", "1 minus the mean cosine of the features of the items of a list."),
    MetricWords(
        "popularity_bias",
        "Popularity bias",
        "Mean popularity of what is recommended over that of what users already have: 1 is as popular as their taste "
        "(Abdollahpouri et al. 2019, as a ratio).",
        best="one",
        digits=2,
    ),
)


def best_of(words: MetricWords, values: Iterable[float | None]) -> float | None:
    """The best of the values that are defined; None where there is none, or several that are all the same."""
    defined = [value for value in values if value is not None]
    if not defined or (len(defined) > 1 and len(set(defined)) == 1):
        return None
    if words.best == "one":
        return min(defined, key=lambda value: abs(value - 1))
    return max(defined) if words.best == "high" else min(defined)
