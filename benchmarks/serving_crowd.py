"""What becomes of answers that are kept, and of more clients than can be answered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.open_loop import offer
from benchmarks.serving_api import CONSTANT, HOST, Api, differing
from benchmarks.serving_bench import ServingBench

KEPT = 500
"""Different requests that are asked again and again."""
RATES = (300.0, 600.0, 1_000.0, 1_500.0, 2_000.0)
HELD_MS = 50.0
"""A rate of kept answers is held if no more than one in a hundred takes longer, and all are given."""
CROWD, WAVES = 1_000, 3
OK, REFUSED = 200, 503


def cached(bench: ServingBench, api: Api) -> None:
    """Requests whose answers are kept, beside the constant answer of the same server at the same rates."""
    held = 0.0
    kept = api.requests(KEPT)
    for _ in range(2 * len(api.processes)):  # each process is to know the text of the query
        offer(HOST, api.port, kept, np.arange(KEPT) / 50.0)
    for rate in RATES:
        due = np.arange(int(rate * bench.seconds / 4)) / rate
        constant = offer(HOST, api.port, api.requests(len(due), CONSTANT), due)
        bench.load(f"constant, {rate:.0f}/s", constant)
        requests = [kept[k] for k in api.random.integers(KEPT, size=len(due))]
        cpu = api.cpu()
        answered = offer(HOST, api.port, requests, due, sampled=50)
        bench.load(f"cached, {rate:.0f}/s", answered, api.cpu() - cpu)
        if answered.percentile(99) > HELD_MS or answered.good < len(answered.statuses):
            break
        held = rate
    bench.row("cached", "held_per_s", held, "requests")


def crowd(bench: ServingBench, api: Api) -> None:
    """A thousand clients at once, three times over, and what others get two seconds later."""
    answered = refused = wrong = kept = 0
    slowest = 0.0
    for _ in range(WAVES):
        requests = api.requests(CROWD, compared=1)
        wave = offer(HOST, api.port, requests, np.zeros(CROWD), sampled=1)
        good = {place: body for place, body in wave.bodies.items() if wave.statuses[place] == OK}
        answered, refused = answered + wave.good, refused + int((wave.statuses == REFUSED).sum())
        wrong, kept = wrong + differing(api.world.graph, replace(wave, bodies=good), requests), kept + len(good)
        slowest = max(slowest, wave.percentile(100))
    case = f"{CROWD:,} clients at once"
    bench.row(case, "answered", answered / (CROWD * WAVES), "share")
    bench.row(case, "refused with 503", refused / (CROWD * WAVES), "share")
    bench.row(case, "wrong", wrong / max(kept, 1), "share")
    bench.row(case, "slowest_ms", slowest, "ms")
    after = offer(HOST, api.port, api.requests(100), 2 + np.arange(100) / 50.0)
    bench.row("2 s after the crowd, 50/s", "p99_ms", after.percentile(99), "ms")
    bench.row("2 s after the crowd, 50/s", "answered", after.good / 100, "share")
