"""A learned ranking against a plain one, in experiments on Deskdrop: `python -m benchmarks.experiment --data DIR`.

The first part of the events is loaded and models are trained on it. Then everything that happened next is replayed in
the order of time through the real API, twice, each time from there on: in an interleaved experiment, and in one that
gives half of the people each variant. Before somebody first turns to an article the API is asked for ten, without a
strategy, so that the experiment decides; if the article is among them, a click is told, and if not, the event alone.
What the experiments then say is noted, and after how many turns they first said it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.progress import track

from benchmarks.deskdrop_turns import TOP_K, Happened, filled, posted, tell, turns, uncached
from benchmarks.report import Report, versions
from benchmarks.serving_world import edgewise
from edgewise.api_process import running_api
from graph.embedded import EmbeddedNeo4j
from graph.settings import EmbeddedSettings
from recommend.interleaving import TOLD_APART

MODELS = ("item-item", "lightgcn", "hybrid")
ASK = (
    f"query ($user: ID!) {{ recommendations(userId: $user, first: {TOP_K}) {{ "
    "requestId recommendations { item { id } } } }"
)
INTERVAL = "{ value low high }"
RESULTS = (
    "{ experiments { results { preferred { first second neither odds } "
    f"variants {{ name people answers ctr {INTERVAL} lift {INTERVAL} }} }} }} }}"
)
LOOK_EVERY = 25
"""Turns between two looks at the results."""
Results = dict[str, Any]


def decided(found: Results) -> bool:
    """Whether the variants are told apart."""
    if found["preferred"] is not None:
        return bool(found["preferred"]["odds"] >= TOLD_APART)
    lift = found["variants"][1]["lift"]
    return lift is not None and not lift["low"] <= 0 <= lift["high"]


def played(environment: dict[str, str], log: Path, after: list[Happened], name: str) -> tuple[Results, int | None]:
    """What an experiment that has begun says at the end, and after how many turns it first told variants apart."""
    first: int | None = None
    with running_api(log, environment=environment) as address, httpx.Client(base_url=address, timeout=30) as http:
        for place, one in enumerate(track(after, f"Replaying, {name}"), start=1):
            tell(http, one, posted(http, ASK, user=one.user)["recommendations"])
            if first is None and place % LOOK_EVERY == 0 and decided(_results(http)):
                first = place
        return _results(http), first


def _results(http: httpx.Client) -> Results:
    (found,) = posted(http, RESULTS)["experiments"]
    results: Results = found["results"]
    return results


def note(report: Report, name: str, found: Results, first: int | None, turns_played: int) -> None:
    """The rows of one experiment."""
    report.row("deskdrop", name, "turns", value=turns_played, unit="turns")
    if first is not None:
        report.row("deskdrop", name, "told apart after", value=first, unit="turns")
    if found["preferred"] is not None:
        for key, value in found["preferred"].items():
            report.row("deskdrop", name, key, value=value, unit="odds" if key == "odds" else "people")
    for one in found["variants"]:
        report.row("deskdrop", f"{name}, {one['name']}", "people", value=one["people"], unit="people")
        for metric in ("ctr", "lift"):
            for key, value in (one[metric] or {}).items():
                report.row(
                    "deskdrop", f"{name}, {one['name']}", f"{metric} {key}", value=value, unit="share of answers"
                )


def main(
    *,
    data: Annotated[Path, typer.Option(help="Folder of the data set.")],
    plain: Annotated[str, typer.Option(help="Strategy of the first variant.")] = "co-occurrence",
    learned: Annotated[str, typer.Option(help="Strategy of the second variant.")] = "hybrid",
    events: Annotated[int, typer.Option(help="First turns to an article that are replayed.")] = 1_500,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Load, train, and replay both experiments."""
    report = Report("experiment", **versions("fastapi"))
    before, after = turns(data, events)
    with TemporaryDirectory() as name:
        folder = Path(name)
        trained = EmbeddedNeo4j(EmbeddedSettings(home=folder / "trained"))
        trained.start()
        filled(before, folder, uncached(trained.home), *MODELS)
        trained.stop()
        for case, options in (("interleaved", ["--interleaved"]), ("apart", [])):
            home = shutil.copytree(trained.home, folder / case)
            server, environment = EmbeddedNeo4j(EmbeddedSettings(home=home)), uncached(home)
            server.start()
            try:
                variants = ["--variant", f"plain={plain}", "--variant", f"learned={learned}"]
                edgewise(environment, "experiments", "start", "learned", *options, *variants)
                note(report, case, *played(environment, folder / f"{case}.log", after, case), len(after))
            finally:
                server.stop()
    report.write(out)
    report.show(Console())


if __name__ == "__main__":
    typer.run(main)
