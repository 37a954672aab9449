"""A training of churn: learns from past cuts, is judged on later ones beside two baselines, and serves if it may."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from gnn.churn.baselines import MODELS, TREES
from gnn.churn.classifier import ChurnClassifier, fit_classifier
from gnn.churn.cuts import known_at, past_cuts
from gnn.churn.judging import METRICS, Judged, metric_over
from gnn.churn.lesson import Lesson, lesson_of
from gnn.churn.retention import retention
from gnn.churn.table import LabelledTable, labelled_table
from gnn.learn import require_packages
from gnn.provenance import environment
from gnn.publish import Handover, hand_over
from gnn.settings import TrainingSettings
from graph.churn import finish_churn, write_retention
from graph.churn_features import FeatureRules, event_span
from graph.client import Graph
from graph.errors import HistoryTooShort
from graph.models import CHURN, RunFacts
from graph.run_history import recorded_run
from graph.settings import MILLIS_PER_DAY, ChurnSettings

FEWEST = 50
"""Users of a cut, and of them who left and who stayed a tenth, without which it is not learned from."""
Progress = Callable[[str], None]
Cuts = dict[int, LabelledTable]


@dataclass(frozen=True, slots=True)
class Taught:
    """What was learned from which cuts. `judged`: each model's risks on the later ones, by name, the newest first."""

    cuts: Cuts
    judged: dict[str, list[Judged]]
    lesson: Lesson
    classifier: ChurnClassifier


@dataclass(frozen=True, slots=True)
class ChurnReport:
    """What a training came to. `judged`: each model's risks on the later cuts, by name, the newest cut first."""

    run_id: str
    classifier: ChurnClassifier
    facts: RunFacts
    judged: dict[str, list[Judged]]
    handover: Handover


def train_churn(
    graph: Graph,
    rules: FeatureRules,
    settings: TrainingSettings,
    now: datetime,
    progress: Progress = lambda _step: None,
) -> ChurnReport:
    """Learn from what is in the graph as of `now`; the run that served before goes on if this one is worse.

    Raises HistoryTooShort, TrainingUnavailable without the packages it takes.
    """
    start = time.perf_counter()
    told, job = rules.churn.model_dump(mode="json") | {"seed": settings.seed}, settings.run.job
    with recorded_run(graph, CHURN, told, environment(CHURN), keep=settings.keep_runs, job=job) as run_id:
        taught = learn(graph, rules, settings.seed, now, progress)
        classifier, facts = taught.classifier, _facts(taught, time.perf_counter() - start)
        finish_churn(graph, run_id, classifier.to_text(), classifier.names, facts)
    force, most_lost = settings.run.force, settings.most_lost
    handover = hand_over(graph, CHURN, run_id, facts.metrics, most_lost=most_lost, force=force)
    if handover.refusal is None:
        write_retention(graph, retention(one.stays for one in taught.cuts.values()))
    return ChurnReport(run_id, classifier, facts, taught.judged, handover)


def learn(
    graph: Graph, rules: FeatureRules, seed: int, now: datetime, progress: Progress = lambda _step: None
) -> Taught:
    """Learn and judge, without recording or serving anything. Raises as train_churn does."""
    require_packages([CHURN])
    cuts = labelled_cuts(graph, rules, int(now.timestamp() * 1000), progress)
    judged = judge(cuts, rules.churn, seed, progress)
    progress("learning from all")
    lesson = lesson_of(list(cuts.values()))
    classifier = fit_classifier(lesson.names, lesson.values, lesson.gone, lesson.users, seed)
    return Taught(cuts, judged, lesson, classifier)


def labelled_cuts(graph: Graph, rules: FeatureRules, now_millis: int, progress: Progress) -> Cuts:
    """The past cuts that can be learned from, by moment, newest first. Raises HistoryTooShort if there are too few."""
    span = event_span(graph, now_millis)
    moments = past_cuts(span[1], span[0], rules.churn) if span else []
    found: Cuts = {}
    for place, cut in enumerate(moments, start=1):
        progress(f"{datetime.fromtimestamp(cut / 1000, UTC):%Y-%m-%d}, {place} of {len(moments)}")
        table = labelled_table(graph, cut, rules)
        if len(table.gone) >= FEWEST and FEWEST / 10 <= table.gone.sum() <= len(table.gone) - FEWEST / 10:
            found[cut] = table
    if not any(known_at(cut, list(found), rules.churn) for cut in found):
        raise _too_short(span, rules.churn, len(found))
    return found


def judge(cuts: Cuts, settings: ChurnSettings, seed: int, progress: Progress) -> dict[str, list[Judged]]:
    """What each model, learned from what was known by a cut, said as of that cut, for the newest cuts."""
    judged: dict[str, list[Judged]] = {name: [] for name in MODELS}
    later = [cut for cut in cuts if known_at(cut, list(cuts), settings)]
    for cut in later[: settings.judged_cuts]:
        progress(f"judging as of {datetime.fromtimestamp(cut / 1000, UTC):%Y-%m-%d}")
        lesson = lesson_of([cuts[one] for one in known_at(cut, list(cuts), settings)])
        table, gone = cuts[cut].table, cuts[cut].gone
        for name, fit in MODELS.items():
            risks = fit(lesson, seed)(table.values)
            judged[name].append(Judged(np.asarray(table.user_ids, dtype=np.str_), gone, risks))
    return judged


def metrics_of(judged: dict[str, list[Judged]]) -> dict[str, float]:
    """Means over cuts: of the model by the metric's name, of a baseline behind its own, and the base rate."""
    found = {
        (metric if name == TREES else f"{name}_{metric}"): metric_over(cuts, compute)
        for name, cuts in judged.items()
        for metric, compute in METRICS.items()
    }
    return found | {"base_rate": float(np.mean([one.gone.mean() for one in judged[TREES]]))}


def _facts(taught: Taught, seconds: float) -> RunFacts:
    users, rows = len(np.unique(taught.lesson.users)), len(taught.lesson.gone)
    cut = datetime.fromtimestamp(max(taught.cuts) / 1000, UTC)
    return RunFacts(0, users, 0, rows, seconds, cut, metrics_of(taught.judged))


def _too_short(span: Sequence[int] | None, settings: ChurnSettings, usable: int) -> HistoryTooShort:
    days = (span[1] - span[0]) / MILLIS_PER_DAY if span else 0.0
    needed = settings.window_days + 2 * settings.horizon_days
    return HistoryTooShort(
        f"Churn cannot be learned: it takes {needed:g} days of history (a window and two horizons) with {FEWEST} "
        f"active users, of whom some left and some stayed; the graph has {days:.0f} days and {usable} usable moments. "
        "Load more, or set EDGEWISE_CHURN_HORIZON_DAYS and EDGEWISE_CHURN_WINDOW_DAYS lower."
    )
