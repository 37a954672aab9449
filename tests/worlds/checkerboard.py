"""A world with provable answers: even users like even items, odd users odd ones, and a few of those are held out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from graph.client import Graph
from graph.ingest import write_items
from graph.item_item import write_edges
from graph.models import ITEM_ITEM, MODELS, RunFacts, activate, finish_run, start_run, vector_property
from graph.priors import Prior, record_prior
from graph.records import Item
from graph.similarity import Neighbours
from graph.slots import claim_slot
from graph.vectors import write_vectors
from tests.worlds.world import World, write_world

USERS = tuple(f"u{k:02}" for k in range(10))
ITEMS = tuple(f"i{k:02}" for k in range(24))
SHUNNED = "i23"
"""Nobody has a preference for it, and it bears no tag: only what answers everyone can find it."""
TAUGHT = tuple(item for item in ITEMS if item != SHUNNED)
CUT = datetime(2026, 1, 2, tzinfo=UTC)
NEWCOMER, HATER = "newcomer", "hater"
"""A user without any preference, and one that only dislikes."""
PROFILED = "profiled"
"""Another without any preference, whose profile is that of the even users, which learned models know."""


def parity(name: str) -> int:
    """0 for an even user or item, 1 for an odd one."""
    return int(name[1:]) % 2


def held_out(user: str) -> set[str]:
    """The two or three items of the user's colour that they have no preference for; anything else is wrong."""
    turn = int(user[1:]) // 2
    return {
        item for item in ITEMS if parity(item) == parity(user) and int(item[1:]) // 2 % 5 == turn and item != SHUNNED
    }


def kind(item: str) -> str:
    """Movies and books by turns of four, so that both kinds have both colours."""
    return "movie" if int(item[1:]) % 4 < 2 else "book"


def likes(user: str) -> dict[str, float]:
    """Item to weight; later items weigh more, so that popularity has an order, with ties."""
    hidden = held_out(user) | {SHUNNED}
    return {item: 1.0 + int(item[1:]) // 8 for item in ITEMS if parity(item) == parity(user) and item not in hidden}


def tags(item: str) -> dict[str, float]:
    """The colour, a tag that says little since every item has it, and one that splits each colour in three."""
    if item == SHUNNED:
        return {}
    number = int(item[1:])
    return {("even", "odd")[parity(item)]: 1.0, "common": 0.5, f"third-{number // 2 % 3}": 0.1}


CHECKERBOARD = World(
    users=(*USERS, NEWCOMER, HATER, PROFILED),
    items=ITEMS,
    kinds={item: kind(item) for item in ITEMS},
    tags={(item, tag): weight for item in ITEMS for tag, weight in tags(item).items()},
    prefers={
        **{(user, item): weight for user in USERS for item, weight in likes(user).items()},
        (HATER, "i00"): -3.0,
        (HATER, "i01"): -1.0,
    },
    events=tuple((user, item, f"{user}-{item}", "like", 1_767_312_000_000) for user in USERS for item in likes(user)),
    trends={"i02": 0.5, "i03": 2.0, "i05": 0.5, "i06": -1.0, "i08": 0.25},
)


def price(item: str) -> float | None:
    """Of most items."""
    number = int(item[1:])
    return None if number % 5 == 0 else number / 2


def available(item: str) -> bool:
    """Whether it can be had."""
    return int(item[1:]) % 7 != 0


def created(item: str) -> datetime:
    """A day for each."""
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=int(item[1:]))


def write_checkerboard(graph: Graph) -> None:
    """Put the checkerboard in the place of whatever the graph held."""
    write_world(graph, CHECKERBOARD)
    write_items(
        graph, [Item(item, kind(item), created_at=created(item), properties=properties(item)) for item in ITEMS]
    )


def properties(item: str) -> dict[str, float | bool]:
    """Those that filters ask for."""
    cost = price(item)
    return ({} if available(item) else {"available": False}) | ({} if cost is None else {"price": cost})


def unseen(user: str) -> set[str]:
    """All items that the user has no preference for, of either sign; all there are for an unknown user."""
    return {item for item in ITEMS if (user, item) not in CHECKERBOARD.prefers}


def by_popularity(items: set[str]) -> list[str]:
    """Most popular first, ties by id; those without any last."""
    return sorted(items, key=lambda item: (-CHECKERBOARD.popularity(item), item))


def teach(graph: Graph) -> None:
    """Let every learned model serve exact factors of the checkerboard, as a perfect training would leave them."""
    likes_matrix = np.array([[CHECKERBOARD.prefers.get((u, i), 0.0) > 0 for i in TAUGHT] for u in USERS], np.float64)
    left, values, right = np.linalg.svd(likes_matrix, full_matrices=False)
    users = left[:, :2] * np.sqrt(values[:2])
    users = np.vstack([users, users[::2].mean(axis=0)])
    items = right[:2].T * np.sqrt(values[:2])
    spare = np.sqrt(np.maximum((items**2).sum(axis=1).max() - (items**2).sum(axis=1), 0.0))
    for model in MODELS:
        run = f"{model}-taught"
        start_run(graph, model, run, {}, {})
        name = vector_property(model, claim_slot(graph, model, run))
        write_vectors(graph, "User", name, (*USERS, PROFILED), np.c_[users, np.zeros(len(users))].astype(np.float32))
        write_vectors(graph, "Item", name, TAUGHT, np.c_[items, spare].astype(np.float32))
        mean = np.append(users[:-1].mean(axis=0), 0.0).astype(np.float32)
        record_prior(graph, run, Prior(mean, items.mean(axis=0), np.eye(2), np.full(2, 0.1)))
        finish_run(graph, run, RunFacts(2, len(users), len(TAUGHT), int(likes_matrix.sum()), 0.0, CUT, {}))
        activate(graph, run)
    teach_item_item(graph)


def teach_item_item(graph: Graph) -> None:
    """Let item-item serve edges between items of one colour, as many as there are users who like both."""
    run = f"{ITEM_ITEM}-taught"
    start_run(graph, ITEM_ITEM, run, {}, {})
    fans = {item: {user for user in USERS if CHECKERBOARD.prefers.get((user, item), 0.0) > 0} for item in TAUGHT}
    common = {item: {other: len(fans[item] & fans[other]) for other in TAUGHT if other != item} for item in TAUGHT}
    lists = []
    for item, counts in common.items():
        others = sorted((other for other, count in counts.items() if count), key=lambda other: (-counts[other], other))
        lists.append(Neighbours(item, others, [float(counts[other]) for other in others]))
    write_edges(graph, iter(lists), claim_slot(graph, ITEM_ITEM, run), run)
    finish_run(graph, run, RunFacts(0, len(USERS), len(TAUGHT), sum(map(len, fans.values())), 0.0, CUT, {}))
    activate(graph, run)
