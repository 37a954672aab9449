"""A week of nights on MovieLens, with one that is killed: `python -m benchmarks.week [--data DIR] [--out FOLDER]`.

The graph begins with all ratings before the first night. Each day's ratings are loaded by `edgewise load` before the
night that follows, which is a process of its own, as cron would start it, at a simulated 2:00; one is killed with
SIGKILL in the middle of a training. The server is an embedded one in a folder that is removed at the end. Then it
is checked that each night changed the serving runs if, and only if, there was something new and nobody died.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.movielens_data import MOVIELENS
from benchmarks.report import RESULTS, Report
from edgewise.model_commands import runs_table
from edgewise.nightly_commands import jobs_table
from edgewise.session import open_graph
from graph.client import Graph
from graph.jobs import NIGHTLY, JobRecord, list_jobs
from graph.models import active_runs, list_runs
from graph.server_process import free_port

FIRST = datetime(2018, 9, 12, 2, tzinfo=UTC)
NIGHTS = 7
KILLED = 4
"""Which night is killed, counted from 0."""
POLL_SECONDS = 0.2
DEADLINE = 1_800
WIDTH = 150


@dataclass(frozen=True, slots=True)
class Night:
    """What became of one: `job` is its record, `serving` the ids of the runs that served after it, by model."""

    moment: datetime
    events: int
    seconds: float
    killed: bool
    job: JobRecord
    serving: dict[str, str]


def week(folder: Path, console: Console) -> Iterator[Night]:
    """Live through it, night by night, on the server that the environment names."""
    since = datetime.min.replace(tzinfo=UTC)
    with open_graph() as graph:
        for number in range(NIGHTS):
            moment = FIRST + timedelta(days=number)
            events = _load(folder, since, moment)
            began = time.perf_counter()
            killed = _night(graph, moment, kill=number == KILLED)
            night = Night(
                moment,
                events,
                time.perf_counter() - began,
                killed,
                list_jobs(graph, NIGHTLY, 1)[0],
                {model: run.id for model, run in active_runs(graph).items()},
            )
            console.print(f"{moment:%Y-%m-%d}: {events:,} new ratings, {night.seconds:.0f} s, {_told(night)}")
            yield night
            since = moment
        console.print(jobs_table(list_jobs(graph, NIGHTLY, NIGHTS)), runs_table(list_runs(graph, 50)))


def check(nights: list[Night]) -> None:
    """Raise RuntimeError unless each night did what it had to and nothing else."""
    before: dict[str, str] = {}
    behind = 0
    for night in nights:
        behind += night.events
        changed = {model for model, run in night.serving.items() if before.get(model) != run}
        expected = set(night.serving) if behind and not night.killed else set()
        refused = {step.name.removeprefix("train ") for step in night.job.steps if "held back" in step.metrics}
        if changed != expected - refused:
            raise RuntimeError(f"{night.moment:%Y-%m-%d}: {changed} changed, {expected - refused} had to")
        behind = behind if night.killed else 0
        before = night.serving


def _told(night: Night) -> str:
    done = [step.status for step in night.job.steps]
    return "killed" if night.killed else ", ".join(f"{done.count(one)} {one}" for one in sorted(set(done)))


def _night(graph: Graph, moment: datetime, *, kill: bool) -> bool:
    """Wait for a night to end, or kill it once it trains; returns whether it was killed."""
    known = {run.id for run in list_runs(graph, 1_000)}
    with subprocess.Popen([sys.executable, "-m", "benchmarks.week_night", moment.isoformat()]) as process:
        ends = time.monotonic() + DEADLINE
        while process.poll() is None:
            if time.monotonic() > ends:
                process.kill()
                raise RuntimeError(f"the night of {moment:%Y-%m-%d} did not end within {DEADLINE} s")
            begun = [run for run in list_runs(graph, 5) if run.id not in known and run.status == "training"]
            if kill and begun:
                time.sleep(10 * POLL_SECONDS)
                process.kill()
            time.sleep(POLL_SECONDS)
    if kill != (process.returncode != 0):
        raise RuntimeError(f"the night of {moment:%Y-%m-%d} ended with {process.returncode}")
    return kill


def _load(folder: Path, since: datetime, until: datetime) -> int:
    """Load the ratings from `since` to before `until` by the command, with all films; returns how many there are."""
    with tempfile.TemporaryDirectory() as name:
        part = Path(name)
        (part / "movies.csv").write_bytes((folder / "movies.csv").read_bytes())
        rows = _ratings(folder, part / "ratings.csv", since, until)
        if rows:
            edgewise = [sys.executable, "-m", "edgewise", "load", "movielens", str(part)]
            subprocess.run([*edgewise, "--rejects", str(part / "rejects.csv")], check=True, capture_output=True)
    return rows


def _ratings(folder: Path, part: Path, since: datetime, until: datetime) -> int:
    rows = 0
    with (
        (folder / "ratings.csv").open(newline="", encoding="utf-8") as source,
        part.open("w", newline="", encoding="utf-8") as target,
    ):
        reader, writer = csv.reader(source), csv.writer(target)
        writer.writerow(next(reader))
        for row in reader:
            if since <= datetime.fromtimestamp(int(row[3]), UTC) < until:
                writer.writerow(row)
                rows += 1
    return rows


@contextmanager
def _server() -> Iterator[None]:
    """An embedded server of one's own, for this process and those that it starts."""
    with tempfile.TemporaryDirectory(prefix="edgewise-week-") as home:
        bolt = free_port(0)
        os.environ |= {
            "EDGEWISE_NEO4J_URI": "",
            "EDGEWISE_EMBEDDED_HOME": home,
            "EDGEWISE_EMBEDDED_BOLT_PORT": str(bolt),
            "EDGEWISE_EMBEDDED_HTTP_PORT": str(free_port(0, taken=(bolt,))),
        }
        try:
            yield
        finally:
            subprocess.run([sys.executable, "-m", "edgewise", "neo4j", "stop"], check=True)


def main(
    data: Annotated[Path, typer.Option(help="Folder of MovieLens with ratings.csv and movies.csv.")] = MOVIELENS,
    out: Annotated[Path, typer.Option(help="Folder for week.json and what the commands showed, week.txt.")] = RESULTS,
) -> None:
    """Live through the week and check it."""
    console = Console(record=True, width=WIDTH)
    report = Report("week")
    # Written before the server is stopped: what was seen is not lost with it.
    with _server():
        nights = list(week(data, console))
        check(nights)
        _report(report, data.name, nights)
        (out / "week.txt").write_text(console.export_text(), encoding="utf-8")
        console.print(f"Written to {report.write(out / 'week.json')}")


def _report(report: Report, dataset: str, nights: list[Night]) -> None:
    for night in nights:
        case = f"{night.moment:%Y-%m-%d}{' killed' if night.killed else ''}"
        report.row(dataset, case, "new ratings", value=night.events, unit="")
        report.row(dataset, case, "seconds", value=round(night.seconds, 1), unit="s")
        for step in night.job.steps:
            if (quality := step.metrics.get("ndcg@10")) is not None:
                report.row(dataset, case, f"ndcg@10, {step.name}", value=float(str(quality)), unit="")


if __name__ == "__main__":
    typer.run(main)
