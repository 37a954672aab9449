"""How fast answers come: `python -m benchmarks.serving [--millions 1] [--gowalla DIR] [--homes DIR] [--out FILE]`.

A synthetic world of so many million events, or Gowalla, is loaded in bulk and trained, or found in its folder of an
earlier run. The real API answers over HTTP in two processes of two threads, with Neo4j, Redis and the load generator
beside it on the same cores, all warmed up by ten thousand requests. Requests come at random moments whether or not
earlier ones were answered (open loop), of users drawn by a Zipf law, and what is shown is recorded. Nothing is cached
but in `cached`, where answers come from Redis. `fresh` asks for hybrid recommendations with titles, `narrow` for those
of the 0.1 % of items that were created last. `constant` is the same server's answer that needs no database. Every 20th
answer is compared with what the service computes in this process; these ask for what was shown before not to count, as
that changes all the time.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from threadpoolctl import threadpool_limits

from benchmarks.report import Report, versions
from benchmarks.serving_api import CONSTANT, Api, differing, serving
from benchmarks.serving_bench import ServingBench
from benchmarks.serving_crowd import cached, crowd
from benchmarks.serving_queries import index_and_scan, three_hop
from benchmarks.serving_world import WORLDS, RunningWorld, gowalla_world, running_world
from graph.item_catalogue import all_items
from tests.redis_server import running_redis

HOMES = Path(".edgewise/serving")
RATE = 100.0
CAPACITIES = (150.0, 200.0, 250.0, 300.0)
HELD_MS = 250.0
"""A rate is held if no more than one answer in a hundred takes longer, and all are given."""
ASKED, WALKED = 100, 30
"""Users asked for vectors, and for walks of the whole neighbourhood, which take seconds each."""
NARROW = 0.001


def over_http(bench: ServingBench, api: Api) -> None:
    """Loads at one rate, then at higher ones until the server does not keep up."""
    constant, _ = api.offer(RATE, bench.seconds, bench.seed, CONSTANT)
    bench.load("constant, 100/s", constant)
    cpu = api.cpu()
    fresh, requests = api.offer(RATE, bench.seconds, bench.seed + 1)
    bench.load("fresh, 100/s", fresh, api.cpu() - cpu)
    bench.row("fresh, 100/s", "wrong", differing(api.world.graph, fresh, requests) / len(fresh.bodies), "share")
    if api.world.world.dated:
        narrow, _ = api.offer(RATE / 2, bench.seconds / 2, bench.seed + 2, where=newest(api.world))
        wide, _ = api.offer(RATE / 2, bench.seconds / 2, bench.seed + 2)
        ratio = narrow.percentile(99) / wide.percentile(99)
        bench.row("narrow, 50/s", "p99_ms", narrow.percentile(99), "ms", peer="fresh, 50/s", ratio=ratio)
    held = RATE
    for rate in CAPACITIES:
        answered, _ = api.offer(rate, bench.seconds / 2, bench.seed + 3)
        bench.load(f"fresh, {rate:.0f}/s", answered)
        if answered.percentile(99) > HELD_MS or answered.good < len(answered.statuses):
            break
        held = rate
    bench.row("fresh", "held_per_s", held, "requests")
    bench.row("fresh", "distinct_users", len(api.asked), "users")
    bench.row("api", "rss_mb", api.megabytes(), "MiB")


def newest(world: RunningWorld) -> dict[str, object]:
    """A filter that lets through the items created last, NARROW of all."""
    moments = sorted(one.created_at or 0 for one in all_items(world.graph))
    moment = datetime.fromtimestamp(moments[-max(10, round(NARROW * len(moments)))] / 1000 - 1, UTC)
    return {"createdAfter": moment.isoformat()}


def in_queries(bench: ServingBench, world: RunningWorld) -> None:
    """The comparisons that need no API."""
    random = np.random.default_rng(bench.seed)
    users = [world.world.user_id(k) for k in random.choice(world.world.users, ASKED, replace=False)]
    textbook, ours = three_hop(world.graph, users[:WALKED])
    for percent in (50, 95):
        theirs, own = np.percentile(textbook, percent), np.percentile(ours, percent)
        metric = f"p{percent}_ms"
        bench.row("textbook three hops", metric, float(theirs), "ms")
        bench.row("co-occurrence", metric, float(own), "ms", peer="textbook three hops", ratio=float(theirs / own))
    with threadpool_limits(1, user_api="blas"):
        searched = index_and_scan(world.graph, "lightgcn", users)
    for case, took in (("exact scan", searched.scan), ("vector index", searched.index)):
        for percent in (50, 99):
            bench.row(case, f"p{percent}_ms", float(np.percentile(took, percent)), "ms")
    bench.row("vector index", "recall@100", searched.recall, "share")


def main(
    *,
    millions: Annotated[list[int] | None, typer.Option(help="Millions of events, 1 or 10; may be given again.")] = None,
    gowalla: Annotated[Path | None, typer.Option(help="Folder of Gowalla, to be served, too.")] = None,
    homes: Annotated[Path, typer.Option(help="Where the worlds' data folders are kept.")] = HOMES,
    workers: Annotated[int, typer.Option(help="Processes of the API.")] = 2,
    queries: Annotated[bool, typer.Option(help="Whether to compare queries too, which takes minutes.")] = True,
    seconds: Annotated[float, typer.Option(help="How long each load lasts.")] = 60.0,
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Time answers on each world."""
    console = Console()
    report = Report("serving", **versions("fastapi", "strawberry-graphql", "uvicorn"))
    sizes = millions or ([] if gowalla else [1])
    for world in [*(WORLDS[size] for size in sizes), *([gowalla_world(gowalla)] if gowalla else [])]:
        bench = ServingBench(report, world.name, seconds, seed)
        with running_world(world, (homes / world.name).absolute(), console) as running:
            console.print(f"Asking about {world.events:,} events …")
            with tempfile.TemporaryDirectory() as folder, running_redis(Path(folder)) as redis_url:
                with serving(running, workers, seed, Path(folder), redis_url) as api:
                    over_http(bench, api)
                    crowd(bench, api)
                with serving(running, workers, seed, Path(folder), redis_url, kept=True) as api:
                    cached(bench, api)
            if queries:
                in_queries(bench, running)
    report.write(out)
    report.show(console)


if __name__ == "__main__":
    typer.run(main)
