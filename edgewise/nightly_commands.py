"""`edgewise nightly`, `edgewise schedule` and `edgewise nights`: the job that keeps models fresh."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from edgewise.session import open_graph
from edgewise.stopping import stopped_cleanly
from edgewise.tasks import night_steps, steps_of
from gnn.nightly.alerts import alert
from gnn.nightly.night import Clock, run_night
from gnn.nightly.settings import NightlySettings
from gnn.settings import TrainingSettings
from graph.errors import EdgewiseError, Locked
from graph.ids import new_id
from graph.jobs import NIGHTLY, JobRecord, Requested, StepRecord, list_jobs, waiting_job
from graph.settings import PreferenceSettings, read_settings
from recommend.settings import RecommendSettings

app = typer.Typer()
NOW: Clock = partial(datetime.now, UTC)
LATE = 3_600
"""Seconds after its time at which a night is still begun, where the machine slept or was busy."""
COLOURS = {"succeeded": "green", "failed": "red", "blocked": "red", "killed": "red", "running": "yellow"}

_log = logging.getLogger(__name__)


@app.command()
def nightly(
    *,
    force: Annotated[bool, typer.Option("--force", help="Do all steps, also those for which nothing changed.")] = False,
) -> None:
    """Do the nightly job now, for cron and for trying it: refresh what is derived, train, and let what is good serve.

    Ends with 1 if a step failed; the models that served before then serve on.

    Example: edgewise nightly
    """
    console = Console()
    with stopped_cleanly():
        job = night(read_settings(NightlySettings), console, force=force)
    if job.status != "succeeded":
        raise typer.Exit(1)


@app.command()
def schedule() -> None:
    """Do the nightly job at EDGEWISE_NIGHTLY_AT, and what admins ask for, until it is stopped.

    Example: EDGEWISE_NIGHTLY_AT="30 3 * * *" edgewise schedule
    """
    settings, console = read_settings(NightlySettings), Console()
    scheduler = BlockingScheduler(timezone=settings.timezone)
    trigger = CronTrigger.from_crontab(settings.at, timezone=settings.timezone)
    once = {"coalesce": True, "max_instances": 1, "misfire_grace_time": LATE}
    scheduler.add_job(lambda: survived(settings, lambda: night(settings, console)), trigger, **once)

    def look() -> None:
        # Paused, as every look that falls into a training would be logged as missed.
        looking.pause()
        try:
            survived(settings, lambda: answer_request(settings, console))
        finally:
            looking.resume()

    looking = scheduler.add_job(look, IntervalTrigger(seconds=settings.poll_seconds), **once)
    console.print(f"Next: {trigger.get_next_fire_time(None, datetime.now(UTC)):%Y-%m-%d %H:%M %Z}. Ctrl-C stops it.")
    with stopped_cleanly():
        scheduler.start()


@app.command()
def nights(first: Annotated[int, typer.Option(min=1, max=1000, help="How many runs.")] = 7) -> None:
    """List the latest runs of the nightly job, step by step.

    Example: edgewise nights --first 1
    """
    with open_graph() as graph:
        Console().print(jobs_table(list_jobs(graph, NIGHTLY, first)))


def night(
    settings: NightlySettings,
    console: Console,
    *,
    force: bool = False,
    asked: Requested | None = None,
    clock: Clock = NOW,
) -> JobRecord:
    """One run, told step by step, by default the whole night; whoever is to be told of a failure is."""
    rules = read_settings(TrainingSettings), read_settings(RecommendSettings), read_settings(PreferenceSettings)
    run_id = asked.run_id if asked else new_id(NIGHTLY)
    with open_graph() as graph:
        if asked:
            steps = steps_of(graph, asked, *rules, clock=clock)
        else:
            steps = night_steps(graph, settings, *rules, run_id=run_id, clock=clock)
        job = run_night(
            graph,
            steps,
            settings,
            clock,
            force=force,
            run_id=run_id,
            told=lambda step: console.print(line(step)),
        )
    if job.status != "succeeded":
        alert(job, settings)
    return job


def answer_request(settings: NightlySettings, console: Console) -> JobRecord | None:
    """Do what an admin asked for first, if anybody did; also where nothing has changed, since they want it."""
    with open_graph() as graph:
        asked = waiting_job(graph, NIGHTLY)
    return None if asked is None else night(settings, console, force=True, asked=asked)


def survived(settings: NightlySettings, work: Callable[[], object]) -> None:
    """Work in a process that goes on whatever becomes of it."""
    try:
        work()
    except Locked as error:
        _log.warning("%s", error)
    except EdgewiseError as error:
        _log.exception("the job could not begin")
        told = StepRecord("begin", "failed", error=str(error))
        alert(JobRecord(NIGHTLY, "failed", datetime.now(UTC), None, [told]), settings)


def line(step: StepRecord) -> str:
    """How a step ended, for people."""
    return f"{coloured(step.status)} {step.name}  [dim]{step.seconds:.1f} s[/]  {escape(_told(step))}"


def jobs_table(jobs: list[JobRecord]) -> Table:
    """A row for each step of each run."""
    table = Table("begun (UTC)", "run", "step", "seconds", "attempts", "what")
    for job in jobs:
        table.add_row(f"{job.created_at:%Y-%m-%d %H:%M}", coloured(job.status))
        for step in job.steps:
            seconds, attempts = f"{step.seconds:.1f}", str(step.attempts or "")
            table.add_row("", coloured(step.status), step.name, seconds, attempts, escape(_told(step)))
    return table


def coloured(status: str) -> str:
    """A word in the colour of what it says."""
    return f"[{COLOURS[status]}]{status}[/]" if status in COLOURS else status


def _told(step: StepRecord) -> str:
    return step.error or ", ".join(f"{name} {_short(value)}" for name, value in step.metrics.items())


def _short(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
