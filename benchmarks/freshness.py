"""What folding in and placing are worth: `python -m benchmarks.freshness [--data DIR] [--out FILE]`.

Two fifths of the users of MovieLens are drawn. The forms of folding in are compared on one fifth, after a training
without either (`chosen by`); the other fifth is reported on, after a training without it alone. Of a hidden user the
first 1, 3, 5 and 10 likes become known, and all others are what NDCG@10 judges by: of folding in, of popularity, and of
a training anew that had these likes too. `against …` are paired differences with bootstrap intervals over the users.

Of users who are known, the ten newest likes are kept from the training: five become known after it (`newer`), the last
five judge. How much a trained vector counts for is chosen on one fifth of the users, and reported on another.

Likewise two fifths of the items that six users like or more are hidden (`new items`). They are placed by their content,
and listed among themselves for every user who likes one of them later than its first 0, 1, 3 or 5 users. Beside that: a
training anew that had these likes, the tags of all that the user likes, how popular their tags are, and chance, as
popularity is the same for all of them.

How long all of it takes is measured by benchmarks.fresh_latency.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.fresh_bench import FreshBench
from benchmarks.fresh_items import arrivals
from benchmarks.fresh_users import newcomers, returning
from benchmarks.movielens_data import MOVIELENS
from benchmarks.report import Report, versions


def main(
    data: Annotated[Path, typer.Option(help="Folder of MovieLens with ratings.csv and movies.csv.")] = MOVIELENS,
    seed: Annotated[int, typer.Option(help="Where randomness starts.")] = 2026,
    out: Annotated[Path | None, typer.Option(help="Where the JSON goes; else benchmarks/results.")] = None,
) -> None:
    """Judge newcomers who are folded in and items that are placed."""
    bench = FreshBench.on(
        data, Report("freshness", **versions("torch", "lightfm-next", "implicit", "scikit-learn", "scipy")), seed
    )
    for part in (newcomers, returning, arrivals):
        part(bench)
    bench.finish(out)


if __name__ == "__main__":
    typer.run(main)
