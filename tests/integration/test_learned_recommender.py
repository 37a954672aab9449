"""Serving learned vectors: the exact scan and the vector index agree, filters hold, reasons are real."""

from __future__ import annotations

import numpy as np
import pytest

from gnn.factors import Factors, Learned
from gnn.publish import write
from graph.client import Graph
from graph.errors import ModelNotTrained
from graph.models import RunFacts, activate, finish_run, start_run
from graph.records import PathEdge, PathNode
from graph.schema import erase, migrate
from graph.training_data import PreferenceArrays
from recommend.learned import LearnedRecommender
from recommend.protocol import Ask, Filters
from recommend.settings import RecommendSettings
from tests.worlds.world import World, write_world

N = 1_500
ITEMS = tuple(f"i{k:04}" for k in range(N))
USERS = tuple(f"u{k}" for k in range(6))
SCAN, INDEX = RecommendSettings(), RecommendSettings(exact_scan_limit=0)
CUT = PreferenceArrays(
    [], [], np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.int64)
).cut
WORLD = World(
    users=(*USERS, "stranger"),
    items=ITEMS,
    titles={"i0000": "Heat (1995)", "i0001": "Ronin (1998)"},
    kinds={item: ("movie", "book")[k % 2] for k, item in enumerate(ITEMS)},
    tags={(item, f"tag-{k % 100}"): 1.0 for k, item in enumerate(ITEMS)},
    prefers={
        **{(user, ITEMS[7 * j + place]): 1.0 + place for place, user in enumerate(USERS) for j in range(40)},
        ("u0", "i0002"): -3.0,
        ("stranger", "i0003"): 1.0,
    },
)


@pytest.fixture(scope="module")
def served(connected_graph: Graph) -> Graph:
    erase(connected_graph)
    migrate(connected_graph)
    write_world(connected_graph, WORLD)
    publish(connected_graph, "lightgcn", seed=1)
    return connected_graph


def publish(graph: Graph, model: str, seed: int) -> None:
    """Let random vectors serve; every third item is the twin of the one before, so that there are ties."""
    random = np.random.default_rng(seed)
    items = random.normal(size=(N, 9)).astype(np.float32)
    items[2::3] = items[1::3]
    users = random.normal(size=(len(USERS), 9)).astype(np.float32)
    run = f"{model}-{seed}"
    start_run(graph, model, run, {}, {})
    write(graph, model, run, Learned(list(USERS), list(ITEMS), Factors(users, items, embedding_size=8)))
    finish_run(graph, run, RunFacts(8, len(USERS), N, 240, 0.1, CUT, {}))
    activate(graph, run)


ASKS = [
    *(Ask(user, first) for user in USERS for first in (1, 10, 50)),
    Ask("u0", 10, Filters(kinds=("book",))),
    Ask("u1", 50, Filters(tags=("tag-3", "tag-77"))),
    Ask("u2", 10, Filters(kinds=("movie",), tags=("tag-8",), exclude_ids=ITEMS[:700])),
    Ask("u3", 50, Filters(kinds=("game",))),
    Ask("stranger"),
    Ask("nobody"),
]


def test_scan_and_index_agree_to_the_last_digit(served: Graph) -> None:
    by_scan = LearnedRecommender(served, "lightgcn", SCAN).candidates(ASKS)
    by_index = LearnedRecommender(served, "lightgcn", INDEX).candidates(ASKS)
    assert by_scan == by_index
    assert [len(found) for found in by_scan[-6:]] == [10, 30 - seen_by("u1", "tag-3", "tag-77"), 8, 0, 0, 0]


def seen_by(user: str, *names: str) -> int:
    tagged = {item for item, tag in WORLD.tags if tag in names}
    return len(tagged & {item for other, item in WORLD.prefers if other == user})


def test_one_ask_gets_the_same_answer_alone_as_among_many(served: Graph) -> None:
    serving = LearnedRecommender(served, "lightgcn", SCAN)
    together = serving.candidates(ASKS)
    assert [serving.candidates([ask])[0] for ask in ASKS] == together
    assert serving.candidates([]) == []


def test_round_trips_do_not_grow_with_asks(served: Graph) -> None:
    counted: list[str] = []
    serving = LearnedRecommender(served, "lightgcn", SCAN)
    serving.candidates(ASKS[:1])
    served.observe = counted.append
    serving.candidates(ASKS)
    serving.explain([(Ask(user), ITEMS[1]) for user in USERS])
    served.observe = lambda _name: None
    assert counted == ["recommend/user_states", "recommend/user_states"]


def test_seen_items_of_either_sign_never_come(served: Graph) -> None:
    for settings in (SCAN, INDEX):
        found = LearnedRecommender(served, "lightgcn", settings).candidates([Ask("u0", 50)])[0]
        assert not {one.item_id for one in found} & {item for user, item in WORLD.prefers if user == "u0"}


def test_the_reason_is_the_liked_item_that_adds_most(served: Graph) -> None:
    serving = LearnedRecommender(served, "lightgcn", INDEX)
    without_copy = serving.explain([(Ask("u0"), "i0001")])[0]
    with_copy = LearnedRecommender(served, "lightgcn", SCAN)
    with_copy.candidates([Ask("u0")])
    assert with_copy.explain([(Ask("u0"), "i0001")]) == [without_copy]
    items = np.random.default_rng(1).normal(size=(N, 9)).astype(np.float32)
    items[2::3] = items[1::3]
    liked = {item: weight for (user, item), weight in WORLD.prefers.items() if user == "u0" and weight > 0}
    items = items[:, :8] / np.linalg.norm(items[:, :8], axis=1, keepdims=True)
    closeness = {item: float(items[int(item[1:])] @ items[1]) for item in liked}
    best = max(liked, key=lambda item: liked[item] * closeness[item])
    assert without_copy is not None
    title = WORLD.titles.get(best, best)
    assert without_copy.nodes == (
        PathNode("User", "u0", "you"),
        PathNode("Item", best, title),
        PathNode("Item", "i0001", "Ronin (1998)"),
    )
    assert without_copy.edges[0] == PathEdge("PREFERS", liked[best])
    assert without_copy.edges[1].type == "NEAR"
    assert without_copy.edges[1].weight == pytest.approx(closeness[best], rel=1e-5)
    assert without_copy.sentence == f"Close to {title}, which you liked, in what LightGCN learned from everyone's taste"


def test_nobody_and_nothing_have_no_reason(served: Graph) -> None:
    serving = LearnedRecommender(served, "lightgcn", SCAN)
    pairs = [(Ask("nobody"), "i0001"), (Ask("stranger"), "i0001"), (Ask("u0"), "no-such-item")]
    assert serving.explain(pairs) == [None, None, None]
    assert serving.explain([]) == []


def test_a_model_that_never_trained_says_so(served: Graph) -> None:
    serving = LearnedRecommender(served, "lightfm", SCAN)
    with pytest.raises(ModelNotTrained):
        serving.candidates([Ask("u0")])
    assert serving.explain([(Ask("u0"), "i0001")]) == [None]


def test_another_run_is_noticed_at_once(served: Graph) -> None:
    serving = LearnedRecommender(served, "lightgcn", SCAN)
    before = serving.candidates([Ask("u5")])[0]
    publish(served, "lightgcn", seed=2)
    after = serving.candidates([Ask("u5")])[0]
    assert after == LearnedRecommender(served, "lightgcn", SCAN).candidates([Ask("u5")])[0]
    assert after != before
