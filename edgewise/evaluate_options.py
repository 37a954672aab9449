"""The options of `edgewise evaluate`, and the split and strategies that they come to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from gnn.evaluation.split_plan import Kind, SplitPlan
from graph.errors import InputError, UnknownStrategy

Splits = Literal["temporal", "leave-last", "random"]
Split = Annotated[Splits, typer.Option(help="What is held out: what came last of all, of each user, or at random.")]
Cut = Annotated[
    datetime | None,
    typer.Option(
        help="temporal: the moment in UTC as of which to judge; default: by --share.",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
    ),
]
Share = Annotated[
    float | None,
    typer.Option(help="Part that is held out: of all events by time (0.2; 0.5 if cuts roll), or of each user's."),
]
Rolling = Annotated[
    int | None, typer.Option(min=1, max=100, help="temporal: so many cuts, pooled; default: 5 if there is little data.")
]
Last = Annotated[int | None, typer.Option(min=1, help="leave-last: newest preferences held out per user (1).")]
TrainFile = Annotated[
    Path | None, typer.Option(help="Judge by files instead of the graph: `user item item …` a line, as for load pairs.")
]
TestFile = Annotated[Path | None, typer.Option(help="What the train file is judged by, in the same form.")]
Strategies = Annotated[
    list[str] | None, typer.Option("--strategies", help="Which, with commas or given again; default: all there are.")
]
TopK = Annotated[list[int], typer.Option("--top-k", min=1, help="Length of the lists; may be given again.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Where randomness starts; default: EDGEWISE_TRAINING_SEED.")]
Name = Annotated[str | None, typer.Option(help="What the report calls the data.")]
Out = Annotated[Path | None, typer.Option(help="Folder for report.json and report.html; default: no files.")]
Validation = Annotated[
    bool, typer.Option("--validation", help="Judge by a part of train, to choose settings; test is not looked at.")
]
KnownUsers = Annotated[
    bool, typer.Option("--known-users", help="Judge by users alone who have a preference to go by, not by newcomers.")
]
InMemory = Annotated[
    bool, typer.Option("--in-memory", help="Vectors and popularity alone, without a scratch graph: for many runs.")
]


def split_plan(
    split: Splits,
    *,
    cut: datetime | None,
    share: float | None,
    rolling: int | None,
    last: int | None,
    seed: int,
    test: frozenset[tuple[str, str]] | None,
    validation: bool,
    known_users: bool,
) -> SplitPlan:
    """What the options say; `test`: the pairs of a test file. Raises InputError for options that do not go together."""
    kind: Kind = split if test is None else "given"
    for option, given, with_ in (
        ("--cut", cut, ("temporal",)),
        ("--rolling", rolling, ("temporal",)),
        ("--last", last, ("leave-last",)),
        ("--share", share, ("temporal", "random")),
    ):
        validated = option == "--share" and kind == "given" and validation
        if given is not None and kind not in with_ and not validated:
            told = "a train and a test file" if kind == "given" else f"--split {kind}"
            raise InputError(f"{option} means nothing with {told}; it goes with --split {' or '.join(with_)}.")
    if cut is not None and share is not None and not validation:
        raise InputError("--cut and --share both say where to cut; give one of them.")
    if share is not None and not 0 < share < 1:
        raise InputError(f"--share {share} cannot be held out; choose one above 0 and below 1, such as 0.2.")
    moment = None if cut is None else cut.replace(tzinfo=UTC)
    return SplitPlan(kind, moment, share, rolling, last or 1, seed, test or frozenset(), validation, known_users)


def chosen_strategies(given: Sequence[str] | None, known: Collection[str], default: tuple[str, ...]) -> tuple[str, ...]:
    """Those named, each once, in that order; `default` if none is. Raises UnknownStrategy."""
    names = [name.strip() for text in given or () for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name not in known]:
        raise UnknownStrategy(f"There is no strategy {', '.join(unknown)}; choose of {', '.join(sorted(known))}.")
    return tuple(dict.fromkeys(names)) or default


def both_files(train: Path | None, test: Path | None) -> tuple[Path, Path] | None:
    """The files to judge by, None for the graph. Raises InputError for one without the other."""
    if train is None and test is None:
        return None
    if train is None or test is None:
        raise InputError("Give --train-file and --test-file together: the one is judged by the other.")
    return train, test
