"""Churn in the graph: the classifier on its run, and the scores of users with what each was made from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.client import Graph, Transaction
from graph.errors import ModelError
from graph.models import CHURN, RunFacts, facts_parameters, not_trained, utc
from graph.paging import portions
from graph.settings import ChurnSettings

LEARNED_BY = ("horizon_days", "window_days", "passive", "least_events", "session_minutes")
"""Settings that a classifier is learned by: to score by others would be to ask it what it was not taught."""
SCORES_AT_ONCE = 1_000
USERS_AT_ONCE = 5_000
ABOVE = 2.0
"""Above any risk."""
EVENTS_COUNTED = 1_000
"""Events of a user that are looked at, at most, to say why there is no risk."""


@dataclass(frozen=True, slots=True)
class Score:
    """The risk of a user (0 to 1), what it was made from, and what each of that added to the log-odds of leaving.

    `values` and `contributions` go by the names of the run's features; a value that is NaN was not known.
    """

    user_id: str
    risk: float
    values: Sequence[float]
    contributions: Sequence[float]


@dataclass(frozen=True, slots=True)
class ChurnScore:
    """A score as it is kept: by which run, and as of which moment; features by name, None where nothing was known."""

    user_id: str
    run: str
    as_of: datetime
    at: datetime
    risk: float
    values: Mapping[str, float | None]
    contributions: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ServingClassifier:
    """The classifier that serves (JSON), the id of its run, and the settings that its features are to be made by."""

    run_id: str
    text: str
    settings: ChurnSettings


@dataclass(frozen=True, slots=True)
class Standing:
    """A user's present `risk`; without one, how many events they have and when the last was."""

    risk: float | None
    events: int
    last_at: datetime | None


def finish_churn(graph: Graph, run_id: str, classifier: str, features: Sequence[str], facts: RunFacts) -> None:
    """Record the classifier of a run (JSON), so that it may be activated. Raises ModelError if it is not training."""
    rows = graph.write(
        "churn/finish_churn",
        runId=run_id,
        classifier=classifier,
        features=list(features),
        **facts_parameters(facts),
    )
    if not rows:
        raise ModelError(f"Run {run_id} is not training any more; its classifier was not kept.")


def serving_classifier(graph: Graph, settings: ChurnSettings) -> ServingClassifier:
    """The one that serves. Raises ModelNotTrained if there is none."""
    rows = graph.read("churn/serving_classifier")
    if not rows:
        raise not_trained(CHURN)
    (row,) = rows
    return ServingClassifier(row["runId"], row["classifier"], learned_by(row["settings"], settings))


def learned_by(told: str, settings: ChurnSettings) -> ChurnSettings:
    """The settings of now, but for what a run was learned by (JSON) and cannot be asked otherwise."""
    known = json.loads(told)
    return settings.model_copy(update={name: _plain(known[name]) for name in LEARNED_BY if name in known})


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def write_scores(graph: Graph, scores: Sequence[Score], *, run: str, as_of_millis: int, scoring: str, keep: int) -> int:
    """Write all scores of one scoring; returns how many, users who were deleted meanwhile not counted.

    Users whom it does not name lose their present risk. Killed in between, the same scoring again writes the same over.
    """
    written = 0
    for batch in portions(scores, SCORES_AT_ONCE):
        rows = [[one.user_id, one.risk, list(one.values), list(one.contributions)] for one in batch]
        told = graph.write(
            "churn/record_scores", rows=rows, run=run, asOfMillis=as_of_millis, scoring=scoring, keep=keep
        )
        written += int(told[0]["scored"])
    graph.run_alone("churn/drop_stale_risks", scoring=scoring, batchSize=USERS_AT_ONCE)
    return written


def write_retention(graph: Graph, shares: Mapping[str, float]) -> int:
    """Keep on each item the share (0 to 1) of its users who stayed, in the place of all before; returns how many.

    Serving knows it as a number of the item, `retention`, from the next request on.
    """
    rows = [[item_id, share] for item_id, share in shares.items()]

    def work(transaction: Transaction) -> int:
        version = transaction.run("ingest/advance_catalogue")[0]["version"]
        kept = transaction.run("churn/set_retention", rows=rows, version=version)[0]["items"]
        transaction.run("churn/drop_retention", version=version)
        return int(kept)

    return graph.in_transaction(work)


def churn_scores(graph: Graph, user_ids: Sequence[str], first: int = 1) -> dict[str, list[ChurnScore]]:
    """The newest scores of each user, newest first; users without one are left out."""
    found: dict[str, list[ChurnScore]] = {}
    for row in graph.read("churn/scores_of_users", userIds=list(user_ids), first=first):
        values = [None if math.isnan(value) else value for value in row["values"]]
        score = ChurnScore(
            row["userId"],
            row["run"],
            utc(row["asOf"]),
            utc(row["at"]),
            row["risk"],
            dict(zip(row["features"], values, strict=True)),
            dict(zip(row["features"], row["contributions"], strict=True)),
        )
        found.setdefault(score.user_id, []).append(score)
    return found


def standings(graph: Graph, user_ids: Sequence[str], settings: ChurnSettings) -> dict[str, Standing]:
    """How each user stands; unknown users are left out."""
    rows = graph.read(
        "churn/churn_standing", userIds=list(user_ids), passive=list(settings.passive), most=EVENTS_COUNTED
    )
    return {
        row["userId"]: Standing(row["risk"], row["events"], None if row["lastAt"] is None else utc(row["lastAt"]))
        for row in rows
    }


def riskiest(
    graph: Graph, first: int, *, at_least: float = 0.0, below: float = ABOVE, after: tuple[float, str] = (ABOVE, "")
) -> list[tuple[str, float]]:
    """Users with their present risk of `at_least` and less than `below`, highest first, behind `after`."""
    risk, user_id = after
    rows = graph.read("churn/churn_page", first=first, atLeast=at_least, below=below, afterRisk=risk, afterUser=user_id)
    return [(row["userId"], row["risk"]) for row in rows]


def level_counts(graph: Graph, bounds: Sequence[float]) -> list[int]:
    """How many users have a present risk from each of the rising bounds to the next."""
    return [int(row["users"]) for row in graph.read("churn/level_counts", bounds=list(bounds))]
