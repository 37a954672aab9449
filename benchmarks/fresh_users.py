"""What folding in is worth to users that a training has not seen, and to those who have liked more since."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.fold_in_forms import CHOSEN, Forms
from benchmarks.fresh_bench import METRIC, FreshBench
from benchmarks.held_likes import hidden_fifths
from benchmarks.newcomers import COUNTS, Newcomers
from benchmarks.returning import LATER, NEWER, Returning
from graph.models import MODELS
from recommend.fold_in import TRUST

TRUSTS = (2, 5, 10, 20)
"""Likes that a trained vector may count for."""
LATEST = slice(-LATER, None)
NEWEST = slice(-NEWER - LATER, None)


def newcomers(bench: FreshBench) -> None:
    """Choose a form on one fifth of the users, report on another."""
    reported, choosing = hidden_fifths(len(bench.data.user_ids), bench.settings.seed)
    for model in MODELS:
        _choose(bench, model, Newcomers.of(bench.data, choosing), np.concatenate([reported, choosing]))
        _judge(bench, model, Newcomers.of(bench.data, reported), reported)


def returning(bench: FreshBench) -> None:
    """The same two fifths as users who are known and have liked five things since: see benchmarks.returning."""
    fifths = hidden_fifths(len(bench.data.user_ids), bench.settings.seed)
    reported, choosing = (Returning.of(bench.data, users) for users in fifths)
    later = reported.pairs(LATEST) | choosing.pairs(LATEST)
    newer = reported.pairs(NEWEST) | choosing.pairs(NEWEST)
    for model in MODELS:
        before, after = bench.trained(model, ~newer), bench.trained(model, ~later)
        known = len(np.unique(bench.data.users[~newer]))
        for trust in TRUSTS:
            value = choosing.judge(before, known, trust, NEWER).mean()
            bench.row(f"{model} trusted as {trust} likes", f"chosen by: {METRIC}, {NEWER} newer", float(value))
        trained = reported.judge(before, known, TRUST, 0)
        again = reported.judge(after, known, TRUST, 0)
        for count in (1, 3, NEWER):
            values = {
                f"{model} renewed": reported.judge(before, known, TRUST, count),
                f"{model} as trained": trained,
                **({f"{model} trained anew": again} if count == NEWER else {}),
            }
            bench.compare(reported.users, values, f"{count} newer")


def _choose(bench: FreshBench, model: str, users: Newcomers, hidden: NDArray[np.int64]) -> None:
    means: dict[str, float] = {}
    for name, form in _forms(bench, model, hidden).all():
        values = [float(users.judge(form, count).mean()) for count in COUNTS]
        means[name] = float(np.mean(values))
        for count, value in zip(COUNTS, values, strict=True):
            bench.row(f"{model} {name}", f"chosen by: {METRIC}, {count} likes", value)
    best = max(means, key=lambda name: means[name])
    bench.console.print(f"{model}: best on the users to choose by is {best}; {CHOSEN} serves. {means}")


def _judge(bench: FreshBench, model: str, users: Newcomers, hidden: NDArray[np.int64]) -> None:
    forms = _forms(bench, model, hidden)
    popular = np.where(forms.able, forms.degrees, -np.inf)
    for count in COUNTS:
        again = bench.trained(model, ~np.isin(bench.data.users, hidden) | users.pairs(slice(count)))
        values = {
            f"{model} folded in": users.judge(forms.chosen(), count),
            "popular": users.judge(lambda _likes: popular.copy(), count),
            f"{model} trained anew": users.judge_learned(again, count),
        }
        bench.compare(users.users, values, f"{count} likes")


def _forms(bench: FreshBench, model: str, hidden: NDArray[np.int64]) -> Forms:
    data, kept = bench.data, ~np.isin(bench.data.users, hidden)
    degrees = np.bincount(data.items[kept], minlength=len(data.item_ids)).astype(np.float64)
    known = len(np.unique(data.users[kept]))
    return Forms.of(bench.trained(model, kept), known, data.item_ids, degrees)
