"""What the quality benchmark does with a folder: its splits, what is chosen on which validation, and beside whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.movielens_data import genres, likes
from benchmarks.our_models import Model, OurItemItem, OurLightFM, OurLightGCN, Popular, Setting
from benchmarks.pairs_data import standard_split
from benchmarks.peers import PEERS, Peer
from gnn.given_split import validation_like
from gnn.splits import Split, newest_share, of_known_users, rolling_cuts
from graph.models import ITEM_ITEM

CUTS = 10
HELD_OUT = 0.2
"""Share of each user's likes before the earliest cut, the newest, that choose on the small data.

Cuts in time inside of that part would be more like those that judge, but leave fewer than a hundred users to choose by.
"""
VALIDATION_USERS = 6_000
EPOCHS = 360
"""Of LightGCN on a standard split: seven minutes for a million pairs on two cores."""
BUDGET = 20
"""Settings that each peer is tuned over on the small data; none of our models tries more."""
DENSE_ITEMS = 15_000
"""Items up to which ease, theirs and ours, is computed."""
WALK: Setting = {"form": "walk"}
EASES: tuple[Setting, ...] = tuple(
    {"form": "ease", "top_k": 500, "regularisation": value} for value in (30, 60, 100, 150, 200, 300, 500, 1_000)
)


@dataclass(frozen=True, slots=True)
class Plan:
    """`splits` judge; `validation` chooses, by NDCG@`top_k` of at most `validation_users` users a fold.

    The models in `blended` make the blend. `metrics` and `groups` of users are reported.
    """

    dataset: str
    split_words: str
    validation_words: str
    splits: Sequence[Split]
    validation: Sequence[Split]
    top_k: int
    models: Sequence[Model]
    blended: Sequence[str]
    peers: Sequence[Peer]
    peer_budget: int
    metrics: Sequence[str]
    groups: Sequence[str] = ("all",)
    validation_users: int = VALIDATION_USERS


def plan_for(folder: Path, seed: int) -> Plan:
    """By what is in the folder. Raises InputError for one without train and test files or ratings.csv."""
    return movielens_plan(folder) if (folder / "ratings.csv").is_file() else standard_plan(folder, seed)


def standard_plan(folder: Path, seed: int) -> Plan:
    """A standard split, as published; settings that a large set allows to try, and the peers' usual ones."""
    given = standard_split(folder)
    small = len(given.split.train.item_ids) <= DENSE_ITEMS
    peers = [peer for peer in PEERS if peer.name in {"als", "bpr", "item-knn"} or (small and peer.name == "ease")]
    return Plan(
        dataset=folder.name,
        split_words="standard train and test files",
        validation_words=f"a random part of the train pairs of {VALIDATION_USERS:,} users, a share as test is of all",
        splits=[given.split],
        validation=[validation_like(given.split, VALIDATION_USERS, seed)],
        top_k=20,
        models=[
            OurLightGCN({"epochs": EPOCHS, "precision": "bfloat16"}, temperatures=(0.12,)),
            OurItemItem([WALK, *(EASES if small else ())]),
            OurLightFM([{"threads": 2, "epochs": 10}]),
            Popular(),
        ],
        blended=("lightgcn", ITEM_ITEM, "lightfm", "popular"),
        peers=peers,
        peer_budget=1,
        metrics=("recall@20", "ndcg@20", "recall@10", "ndcg@10", "precision@20", "map@20", "mrr@20", "hit_rate@20"),
    )


def movielens_plan(folder: Path) -> Plan:
    """Rolling cuts over the likes of a MovieLens folder, everything tuned inside the earliest cut's train part.

    Users without a like before a cut are left out: all strategies give them what is popular.
    """
    data = likes(folder)
    cuts = list(rolling_cuts(data, CUTS))
    splits = [of_known_users(cut) for cut in cuts]
    left_out = sum(len(np.unique(cut.test.users)) for cut in cuts) - sum(
        len(np.unique(split.test.users)) for split in splits
    )
    return Plan(
        dataset=folder.name,
        split_words=f"{len(cuts)} rolling cuts, pooled; {left_out} users new at their cut left out",
        validation_words=f"the newest {HELD_OUT:.0%} of each user's likes before the earliest cut",
        splits=splits,
        validation=[newest_share(cuts[0].train, HELD_OUT)],
        top_k=10,
        models=[
            OurLightGCN({}, temperatures=(0.12, 0.2)),
            OurItemItem([WALK, *EASES]),
            OurLightFM([{}, {"epochs": 10}, {"learning_rate": 0.02}], list(genres(folder))),
            Popular(),
        ],
        blended=("lightgcn", ITEM_ITEM, "lightfm", "popular"),
        peers=PEERS,
        peer_budget=BUDGET,
        metrics=("ndcg@10", "recall@10", "ndcg@20", "recall@20", "map@10", "mrr@10", "hit_rate@10"),
    )
