"""Deskdrop replayed through the real API: `python -m benchmarks.replay --data DIR/deskdrop [--events 1500]`.

The first part of the events is loaded and item-item is trained on it. Then everything that happened next is replayed in
the order of time: before somebody first turns to an article, the API is asked with `auto`, whose arms are even here; if
the article is in the list of ten, a click on it is told as feedback, and if not, the event alone. At the same moment
each arm is asked, too, without being recorded: what share of the articles its own lists would have held is the truth
that estimates from the log of `auto` are compared with. `replay` counts the decisions at which the arm was drawn (Li,
Chu, Langford & Wang, WSDM 2011); with even arms it is the self-normalised estimate.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import httpx
import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from benchmarks.deskdrop_turns import TOP_K, Happened, filled, lists, posted, tell, turns, uncached
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
ARMS = ("popular", "trending", "co-occurrence", "item-item")
GROUPS = ["0", "1-4", "5-19", "20+"]
LISTS = " ".join(
    f'a{k}: recommendations(userId: $user, first: {TOP_K}, strategy: "{name}", track: false) {{ ...list }}'
    for k, name in enumerate(ARMS)
)
ASK = (
    "query ($user: ID!) { "
    f'auto: recommendations(userId: $user, first: {TOP_K}, strategy: "auto") {{ requestId ...list }} {LISTS} }} '
    "fragment list on Answer { recommendations { item { id } } }"
)


def replayed(http: httpx.Client, events: list[Happened]) -> Hits:
    """bool[n, arms]: whether the list of each arm held the article; what `auto` showed is told as it was."""
    hits = np.zeros((len(events), len(ARMS)), dtype=bool)
    for place, one in enumerate(track(events, "Replaying")):
        answers = posted(http, ASK, user=one.user)
        hits[place] = [lists(answers[f"a{k}"], one) for k in range(len(ARMS))]
        tell(http, one, answers["auto"])
    return hits


def even_arms(home: Path) -> dict[str, str]:
    """The environment of commands and server: each arm as probable as another."""
    return uncached(
        home,
        EDGEWISE_BANDIT_ALGORITHM="epsilon-greedy",
        EDGEWISE_BANDIT_EXPLORATION="1",
        EDGEWISE_BANDIT_ARMS=json.dumps({one: {"strategy": one} for one in ARMS}),
    )


def replay(before: list[Happened], after: list[Happened], folder: Path) -> tuple[Hits, Log]:
    """Load `before`, train, replay `after`; whether each arm's list held the article, and the log of `auto`."""
    environment = even_arms(folder / "home")
    server = EmbeddedNeo4j(EmbeddedSettings(home=folder / "home"))
    graph = connect(server.start())
    try:
        filled(before, folder, environment, "item-item")
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
    before, after = turns(data, events)
    with TemporaryDirectory() as folder:
        hits, log = replay(before, after, Path(folder))
    compare(report, hits, log)
    report.write(out)
    report.show(Console())


if __name__ == "__main__":
    typer.run(main)
