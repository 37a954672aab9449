"""What users do after a training counts in the next answer, over HTTP and on another replica too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gnn.train import train
from graph.client import Graph
from graph.models import MODELS
from graph.schema import erase, migrate
from recommend.learned import LearnedRecommender
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import RecommendSettings
from tests.worlds.api import Client, running_client
from tests.worlds.quick_training import quick_training
from tests.worlds.world import World, write_world

QUICK = quick_training(40)
ITEMS = {f"i{k:02}": k % 2 for k in range(40)}
"""Item to colour; users like items of theirs, and i00, i02, i04, which are even, are liked by all."""
USERS = {f"u{k:02}": k % 2 for k in range(60)}
WORLD = World(
    users=tuple(USERS),
    items=tuple(ITEMS),
    prefers={
        (user, item): 1.0
        for user, colour in USERS.items()
        for item, other in ITEMS.items()
        if item in {"i00", "i02", "i04"} or (colour == other and (int(user[1:]) // 2 + int(item[1:]) // 2) % 4)
    },
)
THREE = ("i11", "i23", "i35")
NOW = datetime.now(UTC) - timedelta(minutes=1)
RECORD = "mutation ($events: [EventInput!]!) { recordInteractions(events: $events) { recorded } }"
ANSWER = """query ($user: ID!, $strategy: String) { recommendations(userId: $user, first: 5, strategy: $strategy) {
    layer note run recommendations { item { id } strategy reasons { sentence path { nodes { id } } } } } }"""


@pytest.fixture(scope="module")
def trained(connected_graph: Graph) -> Graph:
    erase(connected_graph)
    migrate(connected_graph)
    write_world(connected_graph, WORLD)
    train(connected_graph, MODELS, QUICK)
    return connected_graph


@pytest.fixture
def client(trained: Graph) -> Iterator[Client]:
    with running_client(trained) as client:
        yield client


def like(client: Client, user: str, *items: str) -> None:
    """Send likes of now, as a client does."""
    events = [
        {"eventId": f"{user}-{item}", "userId": user, "itemId": item, "type": "like", "at": NOW.isoformat()}
        for item in items
    ]
    assert client.ask(RECORD, events=events)["recordInteractions"] == {"recorded": len(items)}


def answer(client: Client, user: str, strategy: str = "lightgcn") -> dict[str, Any]:
    found: dict[str, Any] = client.ask(ANSWER, user=user, strategy=strategy)["recommendations"]
    return found


def listed(found: dict[str, Any]) -> list[str]:
    return [one["item"]["id"] for one in found["recommendations"]]


@pytest.mark.parametrize("strategy", [*MODELS, "hybrid"])
def test_a_new_user_with_three_likes_is_answered_by_the_model(client: Client, strategy: str) -> None:
    user = f"new-to-{strategy}"
    before = answer(client, user, strategy)
    assert before["layer"] == "popular"
    like(client, user, *THREE)
    after = answer(client, user, strategy)
    assert (after["layer"], after["note"]) == (strategy, None)
    assert {one["strategy"] for one in after["recommendations"]} == {strategy}
    odd = [item for item in listed(after) if ITEMS[item]]
    assert len(odd) >= 3, "she likes odd items, though three even ones are liked by all"


@pytest.mark.parametrize("strategy", MODELS)
def test_a_like_changes_the_next_answer_of_every_replica(trained: Graph, client: Client, strategy: str) -> None:
    user = dict(zip(MODELS, ("u03", "u05", "u07", "u09", "u11"), strict=True))[strategy]
    with running_client(trained) as replica:
        before = answer(client, user, strategy)
        assert answer(replica, user, strategy) == before
        like(client, user, "i10", "i12", "i14", "i16", "i18", "i20")
        after = answer(client, user, strategy)
        assert answer(replica, user, strategy) == after
    even = [sum(ITEMS[item] == 0 for item in listed(found)) for found in (before, after)]
    assert even[1] > even[0], "who begins to like even items gets more of them"


def test_a_like_of_long_ago_that_came_after_the_training_counts_too(trained: Graph, client: Client) -> None:
    serving = LearnedRecommender(trained, "lightgcn", RecommendSettings())
    (before,) = serving.candidates([Ask("u13", 9)])
    late = [
        {"eventId": f"late-{item}", "userId": "u13", "itemId": item, "type": "like", "at": "2020-01-01T00:00:00Z"}
        for item in ("i10", "i12", "i14", "i16", "i18", "i20")
    ]
    assert client.ask(RECORD, events=late)["recordInteractions"] == {"recorded": 6}
    (after,) = serving.candidates([Ask("u13", 9)])
    even = [sum(ITEMS[one.item_id] == 0 for one in found) for found in (before, after)]
    assert even[1] > even[0]


def test_the_reason_is_one_of_the_likes(client: Client) -> None:
    like(client, "new-and-curious", *THREE)
    for one in answer(client, "new-and-curious")["recommendations"]:
        if ITEMS[one["item"]["id"]]:
            (reason,) = one["reasons"]
            assert reason["path"]["nodes"][1]["id"] in THREE
            assert "which you liked" in reason["sentence"]


def test_the_scan_and_the_index_fold_in_alike(trained: Graph, client: Client) -> None:
    like(client, "new-twice", *THREE)
    asks = [Ask(user, 20) for user in ("new-twice", "u03", "u08", "nobody")]
    for model in MODELS:
        by_scan, by_index = (
            LearnedRecommender(trained, model, RecommendSettings(exact_scan_limit=limit)).candidates(asks)
            for limit in (1_000, 0)
        )
        assert by_scan == by_index
        assert [bool(found) for found in by_scan] == [True, True, True, False]


def test_round_trips_do_not_grow_with_folded_users(trained: Graph, client: Client) -> None:
    newcomers = [f"new-in-a-crowd-{k}" for k in range(5)]
    for user in newcomers:
        like(client, user, *THREE)
    serving = LearnedRecommender(trained, "lightgcn", RecommendSettings())
    serving.candidates([Ask("u08")])
    counted: list[str] = []
    trained.observe = counted.append
    serving.candidates([Ask(user) for user in newcomers])
    trained.observe = lambda _name: None
    assert counted == ["recommend/user_states"]


def test_who_has_liked_nothing_since_keeps_the_trained_vector(trained: Graph) -> None:
    folding, plain = (
        LearnedRecommender(trained, "lightgcn", RecommendSettings(fold_in=fold_in)).candidates([Ask("u08", 9)])
        for fold_in in (True, False)
    )
    assert folding == plain != [[]]


def test_it_can_be_turned_off(trained: Graph, client: Client) -> None:
    like(client, "new-and-off", *THREE)
    settings = RecommendSettings(fold_in=False)
    service = RecommendationService(trained, strategies(trained, settings), settings)
    (found,) = service.recommend([Ask("new-and-off", 5)], "lightgcn")
    assert found.layer != "lightgcn"
    assert LearnedRecommender(trained, "lightgcn", settings).explain([(Ask("new-and-off"), "i01")]) == [None]


def test_no_more_than_the_newest_likes_are_folded_in(trained: Graph, client: Client) -> None:
    like(client, "new-and-busy", *THREE)
    like(client, "new-and-idle", THREE[0])
    serving = LearnedRecommender(trained, "lightgcn", RecommendSettings(fold_in_cap=1))
    busy, idle = serving.candidates([Ask("new-and-busy", 20), Ask("new-and-idle", 20)])
    # All three are of one moment, where the first id comes first.
    assert [one for one in idle if one.item_id not in THREE][:15] == busy[:15]
