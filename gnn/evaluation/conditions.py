"""How an evaluation came about, in words and figures for its report; nothing in it names a machine or a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from gnn.evaluation.asking import Asked
from gnn.evaluation.folds import Fold
from gnn.evaluation.intervals import Resampling
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.results import Conditions, SettingsChoice
from gnn.evaluation.scratch_world import models_for
from gnn.evaluation.split_plan import SHARE
from gnn.evaluation.steps import Steps
from gnn.hardware import hardware
from gnn.provenance import versions
from graph.event_arrays import EventArrays
from graph.models import BLEND
from graph.statistics import moment

UNTIMED = (
    "Titles, tags and other properties have no time: users and items are described as they are now, not as they were "
    "at the cut."
)
WHICH = {"auto": "the newest, or at random where none is newer", "newest": "the newest", "random": "at random"}
"""What settings.held_out says, in words."""
TIMES = "Times of trainings are summed over all splits; with the serving code they include writing the vectors."


def conditions(plan: EvaluationPlan, history: EventArrays, folds: Sequence[Fold], asked: Sequence[Asked]) -> Conditions:
    """What a reader of the result has to know."""
    models = models_for(plan.strategies, plan.settings.training.blend)
    return Conditions(
        dataset=plan.dataset,
        about=_sizes(history),
        split=_split(plan, folds),
        asked="vectors in memory" if plan.in_memory else "serving code",
        made_at=datetime.now(UTC),
        seeds={"split": plan.split.seed, "training": plan.settings.training.seed, "bootstrap": Resampling().seed},
        versions={name: found for model in models for name, found in versions(model).items()}
        | {name: version(name) for name in ("edgewise", "numpy", "scipy")},
        hardware=hardware(),
        notes=(*plan.notes, UNTIMED, TIMES, *_notes(plan, folds, asked)),
    )


def choices(plan: EvaluationPlan, steps: Steps) -> list[SettingsChoice]:
    """The settings of each model that was trained, and the seconds of its trainings, summed over all folds."""
    return [
        _choice(model, plan.settings.training.of(model), steps.seconds.get(f"train {model}"))
        for model in models_for(plan.strategies, plan.settings.training.blend)
    ]


def _choice(model: str, settings: dict[str, Any], seconds: float | None) -> SettingsChoice:
    """A model that validates while it trains chooses how many epochs, a blend its weights; all else was fixed."""
    every = settings.get("validation_every") or 0
    if model == BLEND:
        part = f"{settings['share']:.0%} of each user's train pairs, {WHICH[settings['held_out']]}"
        return SettingsChoice(
            model,
            settings,
            chosen_on=f"{part}, by ndcg@{settings['top_k']} of the blend",
            seconds=seconds,
            includes_selection=True,
            includes_refit=False,
        )
    if not every:
        return SettingsChoice(model, settings, seconds=seconds)
    part = f"{settings['validation_share']:.0%} of each user's train pairs at random"
    metric = f"{settings['validation_metric']}@{settings['validation_top_k']}"
    return SettingsChoice(
        model,
        settings,
        chosen_on=f"{part}, by {metric}",
        tried=max(1, settings["epochs"] // every),
        seconds=seconds,
        includes_selection=True,
        includes_refit=bool(settings["refit"]),
    )


def _sizes(history: EventArrays) -> str:
    begin, end = (moment(int(at)) for at in (history.at.min(), history.at.max()))
    return (
        f"{len(history.user_ids):,} users, {len(history.item_ids):,} items, {len(history):,} events "
        f"from {begin:%Y-%m-%d} to {end:%Y-%m-%d}."
    )


def _split(plan: EvaluationPlan, folds: Sequence[Fold]) -> str:
    split = plan.split
    newest = "newest preference" if split.last == 1 else f"{split.last} newest preferences"
    held = {
        "temporal": "what comes after a cut in time, by what came before",
        "leave-last": f"each user's {newest}, by the others",
        "random": f"{split.share or SHARE:.0%} of each user's preferences at random, by the others",
        "given": "the pairs of the test file, by the train file",
    }[split.kind]
    cuts = f" ({'; '.join(fold.name for fold in folds)})" if split.kind == "temporal" else ""
    part = "; the validation part of train, the test part was never looked at" if split.validation else ""
    known = "; of users alone who have a preference to go by" if split.known_users else ""
    return f"{split.kind}: {held}{cuts}{known}{part}"


def _notes(plan: EvaluationPlan, folds: Sequence[Fold], asked: Sequence[Asked]) -> list[str]:
    strangers = sum(len(np.setdiff1d(fold.split.test.users, fold.split.train.users)) for fold in folds)
    users = sum(len(np.unique(fold.split.test.users)) for fold in folds)
    notes = [f"{strangers:,} of {users:,} tested users had no preference to go by."]
    for name in plan.strategies:
        own = sum(one.own for one in asked if one.recommended.strategy == name)
        given = sum(one.given for one in asked if one.recommended.strategy == name)
        if own < 0.995 * given:  # not what would be rounded to all of it
            notes.append(f"{name} found {own / given:.0%} of what it recommends itself; popularity filled the rest.")
    return notes
