"""Deskdrop replayed through the real API: `python -m benchmarks.replay --data DIR/deskdrop [--events 1500]`.

The first part of the events is loaded and item-item is trained on it. Then everything that happened next is replayed in
the order of time: before somebody first turns to an article, the API is asked with `auto`, whose arms are even here; if
the article is in the list of ten, a click on it is told as feedback, and if not, the event alone. At the same moment
each arm is asked, too, without being recorded: what share of the articles its own lists would have held is the truth
that estimates from the log of `auto` are compared with. `replay` counts the decisions at which the arm was drawn (Li,
Chu, Langford & Wang, WSDM 2011); with even arms it is the self-normalised estimate.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import httpx
import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from api.app import PATH
from benchmarks.report import Report, versions
from benchmarks.serving_world import edgewise
from edgewise.api_process import running_api
from graph.bandit import decisions
from graph.client import connect
from graph.embedded import EmbeddedNeo4j
from graph.settings import EmbeddedSettings
from recommend.judging import log_of
from recommend.off_policy import ESTIMATORS, Log

Hits = NDArray[np.bool_]
FILE = "users_interactions.csv"
ARMS = ("popular", "trending", "co-occurrence", "item-item")
GROUPS = ["0", "1-4", "5-19", "20+"]
LOADED = 0.6
"""Share of the events that is there before."""
TOP_K = 10
LISTS = " ".join(
    f'a{k}: recommendations(userId: $user, first: {TOP_K}, strategy: "{name}", track: false) {{ ...list }}'
    for k, name in enumerate(ARMS)
)
ASK = (
    "query ($user: ID!) { "
    f'auto: recommendations(userId: $user, first: {TOP_K}, strategy: "auto") {{ requestId ...list }} {LISTS} }} '
    "fragment list on Answer { recommendations { item { id } } }"
)
CLICK = "mutation ($given: [FeedbackInput!]!) { recordFeedback(feedback: $given) { attributed } }"
EVENT = "mutation ($given: [EventInput!]!) { recordInteractions(events: $given) { recorded } }"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the file."""

    number: int
    at: datetime
    user: str
    item: str
    row: dict[str, str]


def happened(folder: Path) -> list[Happened]:
    """All events, oldest first."""
    with gzip.open(folder / f"{FILE}.gz", "rt", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    return [
        Happened(k, datetime.fromtimestamp(int(row["timestamp"]), UTC), row["personId"], row["contentId"], row)
        for k, row in enumerate(rows)
    ]


def write_part(events: list[Happened], folder: Path) -> None:
    """The first events in the form of the whole file."""
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(events[0].row))
        writer.writeheader()
        writer.writerows(one.row for one in events)


def firsts(events: list[Happened], before: list[Happened]) -> Iterator[Happened]:
    """Those of `events` at which somebody turns to an article that is known already, for the first time."""
    seen = {(one.user, one.item) for one in before}
    items = {one.item for one in before}
    for one in events:
        if one.item in items and (one.user, one.item) not in seen:
            seen.add((one.user, one.item))
            yield one


def replayed(http: httpx.Client, events: list[Happened]) -> Hits:
    """bool[n, arms]: whether the list of each arm held the article; what `auto` showed is told as it was."""
    hits = np.zeros((len(events), len(ARMS)), dtype=bool)
    for place, one in enumerate(track(events, "Replaying")):
        lists = _post(http, ASK, user=one.user)
        held = {
            name: one.item in {found["item"]["id"] for found in answer["recommendations"]}
            for name, answer in lists.items()
        }
        hits[place] = [held[f"a{k}"] for k in range(len(ARMS))]
        event = {"userId": one.user, "itemId": one.item, "at": one.at.isoformat()}
        if held["auto"]:
            told = {"feedbackId": f"replay-{one.number}", "type": "click", "reward": 1.0}
            answered = _post(http, CLICK, given=[{**event, **told, "requestId": lists["auto"]["requestId"]}])
            if answered["recordFeedback"]["attributed"] != 1:
                raise RuntimeError(f"The feedback of event {one.number} did not find its answer.")
        else:
            _post(http, EVENT, given=[{**event, "eventId": f"replay-{one.number}", "type": "view"}])
    return hits


def _post(http: httpx.Client, query: str, **variables: object) -> dict[str, Any]:
    answer = http.post(PATH, json={"query": query, "variables": variables}).raise_for_status().json()
    if "errors" in answer:
        raise RuntimeError(str(answer["errors"]))
    data: dict[str, Any] = answer["data"]
    return data


def even_arms(home: Path) -> dict[str, str]:
    """The environment of commands and server: each arm as probable as another, and nothing kept."""
    arms = {one: {"strategy": one} for one in ARMS}
    return {
        **os.environ,
        "EDGEWISE_EMBEDDED_HOME": str(home),
        "EDGEWISE_NEO4J_URI": "",
        "EDGEWISE_BANDIT_ALGORITHM": "epsilon-greedy",
        "EDGEWISE_BANDIT_EXPLORATION": "1",
        "EDGEWISE_BANDIT_ARMS": json.dumps(arms),
        "EDGEWISE_CACHE_RECOMMENDATIONS_SECONDS": "0",
    }


def replay(before: list[Happened], after: list[Happened], folder: Path) -> tuple[Hits, Log]:
    """Load `before`, train, replay `after`; whether each arm's list held the article, and the log of `auto`."""
    environment = even_arms(folder / "home")
    server = EmbeddedNeo4j(EmbeddedSettings(home=folder / "home"))
    graph = connect(server.start())
    try:
        write_part(before, folder)
        edgewise(environment, "load", "deskdrop", str(folder))
        edgewise(environment, "refresh")
        edgewise(environment, "train", "--model", "item-item", "--force")
        with (
            running_api(folder / "api.log", environment=environment) as address,
            httpx.Client(base_url=address, timeout=30) as http,
        ):
            hits = replayed(http, after)
        edgewise(environment, "bandit", "update", "--min-interactions", "1")
        return hits, log_of(decisions(graph, 24.0), list(ARMS), GROUPS)
    finally:
        graph.close()
        server.stop()


def compare(report: Report, hits: Hits, log: Log) -> None:
    """Note the truth of each arm, and what estimates say of it."""
    unit = "hits per answer"
    report.row("deskdrop", "auto", "decisions", value=len(log.actions), unit="answers")
    for k, arm in enumerate(ARMS):
        truth = float(hits[:, k].mean())
        report.row("deskdrop", arm, "truth", value=truth, unit=unit)
        drawn = log.rewards[log.actions == k]
        report.row("deskdrop", arm, "replay", value=float(drawn.mean()), unit=unit)
        policy = np.tile(np.eye(len(ARMS))[k], (len(log.actions), 1))
        for estimator, estimate in ESTIMATORS.items():
            found = estimate(log, policy, 0.95)
            report.row("deskdrop", arm, estimator, value=found.value, unit=unit)
            report.row("deskdrop", arm, f"{estimator} low", value=found.low, unit=unit)
            report.row("deskdrop", arm, f"{estimator} high", value=found.high, unit=unit)


def main(
    *,
    data: Annotated[Path, typer.Option(help="Folder of the data set.")],
    events: Annotated[int, typer.Option(help="First turns to an article that are replayed.")] = 1_500,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Load, train, replay, and compare estimates with the truth."""
    report = Report("replay", **versions("fastapi", "scipy"))
    everything = happened(data)
    cut = round(LOADED * len(everything))
    chosen = list(firsts(everything[cut:], everything[:cut]))[:events]
    with TemporaryDirectory() as folder:
        hits, log = replay(everything[:cut], chosen, Path(folder))
    compare(report, hits, log)
    report.write(out)
    report.show(Console())


if __name__ == "__main__":
    typer.run(main)
