"""The result of an evaluation, strategies by metrics with intervals, and how it came about. One JSON schema."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from pydantic import TypeAdapter, ValidationError

from gnn.evaluation.intervals import Estimate, Resampled, Resampling, resample
from gnn.evaluation.judgement import Judged, Judgement
from gnn.evaluation.user_groups import EVERYONE
from graph.errors import InputError

Estimates = dict[str, dict[str, Estimate]]
"""By group of users, then by metric."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How an evaluation was made: `dataset` and `split` in words for people, `seeds` and `versions` by what has them.

    `asked`: the `serving code` on a database, or `vectors in memory`. `hardware` names no machine. `notes` tell what
    else a reader should know, such as test pairs that were dropped. `about`: size and age of the data set, in words.
    """

    dataset: str
    split: str
    asked: Literal["serving code", "vectors in memory"]
    made_at: datetime
    seeds: dict[str, int]
    versions: dict[str, str]
    hardware: dict[str, str | int | float]
    notes: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class SettingsChoice:
    """How the settings of one strategy were chosen, and what its time covers.

    `chosen_on`: the validation part of train that `tried` settings were compared on, and by which metric; None where
    the settings are defaults or fixed beforehand. `seconds`: of what is included, None where nothing was measured: the
    selection, which is trying settings on validation, and the refit, which is training on all of train with those
    chosen (or fixed), the training that is judged. Raises InputError for a time that includes neither.
    """

    strategy: str
    settings: dict[str, Any]
    chosen_on: str | None = None
    tried: int = 1
    seconds: float | None = None
    includes_selection: bool = False
    includes_refit: bool = True

    def __post_init__(self) -> None:
        if self.seconds is not None and not (self.includes_selection or self.includes_refit):
            raise InputError(f"{self.strategy}: {self.seconds:.1f} s must include the selection, the refit, or both.")


@dataclass(frozen=True, slots=True)
class GroupSize:
    """`users`: different users; `judged`: as often as they were tested; train pairs of the least and most active."""

    users: int
    judged: int
    least_train_pairs: int | None
    most_train_pairs: int | None


@dataclass(frozen=True, slots=True)
class SplitSize:
    """Pairs of one split."""

    train_pairs: int
    test_pairs: int


@dataclass(frozen=True, slots=True)
class StrategyResult:
    """One row of the table.

    `differences`: this strategy minus the baseline, paired by user; empty for the baseline itself.
    `lists`: coverage and Gini by name, which belong to all lists together and have no interval: a resample leaves out
    a third of the users, so its lists cover less than all do, and percentiles may not even contain the value.
    `auc_exact`: whether AUC comes from scores of all items, or from lists whose rest counts as tied.
    """

    strategy: str
    metrics: Estimates
    differences: Estimates
    lists: dict[str, float | None]
    auc_exact: bool

    def estimate(self, metric: str, group: str = EVERYONE) -> Estimate:
        """A metric by its name, such as `ndcg@10` or `coverage@10`. Raises InputError where there is none such."""
        if metric in self.lists and group == EVERYONE:
            return Estimate(self.lists[metric])
        try:
            return self.metrics[group][metric]
        except KeyError:
            names = ", ".join([*self.metrics.get(group, self.metrics[EVERYONE]), *self.lists])
            raise InputError(f"There is no {metric} of users {group}; there are {names}.") from None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All of it. `catalogue`: how many items could be recommended; `resampling`: what the intervals come from."""

    conditions: Conditions
    top_ks: tuple[int, ...]
    catalogue: int
    splits: tuple[SplitSize, ...]
    groups: dict[str, GroupSize]
    baseline: str
    resampling: Resampling
    strategies: tuple[StrategyResult, ...]
    choices: tuple[SettingsChoice, ...] = ()
    schema: Literal["edgewise-evaluation-1"] = "edgewise-evaluation-1"

    def strategy(self, name: str) -> StrategyResult:
        """The row of one strategy. Raises InputError where there is none."""
        for row in self.strategies:
            if row.strategy == name:
                return row
        raise InputError(f"{name} was not evaluated; there are {', '.join(row.strategy for row in self.strategies)}.")


def summarise(
    judgement: Judgement,
    conditions: Conditions,
    *,
    baseline: str,
    choices: Sequence[SettingsChoice] = (),
    resampling: Resampling | None = None,
) -> Evaluation:
    """The table of a judgement, with bootstrap intervals and paired differences to `baseline`.

    Raises InputError where `baseline` is none of the strategies.
    """
    how = resampling or Resampling()
    names = [judged.strategy for judged in judgement.strategies]
    if baseline not in names:
        raise InputError(f"The baseline {baseline} was not evaluated; choose one of {', '.join(names)}.")
    against = _resampled(judgement, judgement.strategies[names.index(baseline)], how)
    return Evaluation(
        conditions=conditions,
        top_ks=judgement.top_ks,
        catalogue=int(judgement.catalogue.sum()),
        splits=tuple(map(SplitSize, judgement.train_pairs, judgement.test_pairs)),
        groups={name: _size(judgement, name) for name in judgement.groups},
        baseline=baseline,
        resampling=how,
        strategies=tuple(_result(judgement, judged, baseline, against, how) for judged in judgement.strategies),
        choices=tuple(choices),
    )


def to_json(evaluation: Evaluation) -> str:
    """Indented JSON of the schema named in it; values that are not defined are null."""
    return _ADAPTER.dump_json(evaluation, indent=1).decode() + "\n"


def from_json(text: str) -> Evaluation:
    """The evaluation that `to_json` wrote. Raises InputError for anything else."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()]
        raise InputError("This is no evaluation that this version can read; evaluate again.", problems) from error


_ADAPTER = TypeAdapter(Evaluation)


def _result(judgement: Judgement, judged: Judged, baseline: str, against: Resampled, how: Resampling) -> StrategyResult:
    own = against if judged.strategy == baseline else _resampled(judgement, judged, how)
    differences = {} if judged.strategy == baseline else _named(judgement, judged, own.minus(against), how)
    lists = {}
    for top_k in judgement.top_ks:
        lists[f"coverage@{top_k}"] = _or_none(judgement.coverage(judged, top_k))
        lists[f"gini@{top_k}"] = _or_none(judgement.gini(judged, top_k))
    return StrategyResult(judged.strategy, _named(judgement, judged, own, how), differences, lists, judged.auc_exact)


def _resampled(judgement: Judgement, judged: Judged, how: Resampling) -> Resampled:
    """Columns: the metrics of the first group, those of the second, and so on."""
    masks = list(judgement.groups.values())
    values = [metric.values * mask for mask in masks for metric in judged.metrics.values()]
    weights = [metric.weights * mask for mask in masks for metric in judged.metrics.values()]
    return resample(judgement.users, np.stack(values, axis=1), np.stack(weights, axis=1), how)


def _named(judgement: Judgement, judged: Judged, resampled: Resampled, how: Resampling) -> Estimates:
    estimates = iter(resampled.estimates(how.level))
    return {group: {metric: next(estimates) for metric in judged.metrics} for group in judgement.groups}


def _size(judgement: Judgement, group: str) -> GroupSize:
    mask = judgement.groups[group]
    sizes = judgement.profile_sizes[mask]
    least, most = (int(sizes.min()), int(sizes.max())) if len(sizes) else (None, None)
    return GroupSize(len(np.unique(judgement.users[mask])), int(mask.sum()), least, most)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
