"""Every field of the schema, on a real graph, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.client import Graph
from graph.schema import erase, migrate
from tests.worlds.api import Client, running_client, shelf
from tests.worlds.world import write_world

ITEM = "item { id kind title description createdAt creator tags { name weight } }"
REASONS = "reasons { strategy sentence share path { nodes { label id title } edges { type weight forward } } }"
NESTED = (
    "query ($user: ID!, $first: Int!) { user(id: $user) { id createdAt recommendations(first: $first) { "
    "userId strategy layer note run recommendations { score position strategy "
    f"{REASONS} {ITEM[:-1]} similar(first: 3) {{ score {REASONS} {ITEM} }} }} }} }} }} }}"
)


@pytest.fixture(scope="module")
def client(connected_graph: Graph) -> Iterator[Client]:
    """The API on the shelf, which no test of this file changes."""
    erase(connected_graph)
    migrate(connected_graph)
    write_world(connected_graph, shelf())
    with running_client(connected_graph) as client:
        yield client


def ids(answer: dict[str, list[dict[str, dict[str, str]]]]) -> list[str]:
    return [one["item"]["id"] for one in answer["recommendations"]]


def test_one_nested_query_from_a_user_to_reasons(client: Client) -> None:
    user = client.ask(NESTED, user="user-1", first=3)["user"]
    assert user["id"] == "user-1"
    assert user["createdAt"].endswith("+00:00")
    answer = user["recommendations"]
    assert (answer["userId"], answer["layer"], answer["run"]) == ("user-1", "co-occurrence", None)
    assert [one["position"] for one in answer["recommendations"]] == [1, 2, 3]
    assert set(ids(answer)) <= {f"{kind}-{k}" for kind in ("film", "book") for k in (2, 3, 4)}
    best = answer["recommendations"][0]
    assert best["strategy"] == "co-occurrence"
    assert best["score"] >= answer["recommendations"][1]["score"]
    nodes = best["reasons"][0]["path"]["nodes"]
    assert (nodes[0]["id"], nodes[-1]["id"]) == ("user-1", best["item"]["id"])
    assert len(best["reasons"][0]["path"]["edges"]) == len(nodes) - 1
    assert best["reasons"][0]["sentence"]


def test_similar_items_come_with_the_edge_that_ranks_them(client: Client) -> None:
    found = client.ask(f'{{ similarItems(itemId: "film-1", first: 2) {{ score {REASONS} {ITEM} }} }}')["similarItems"]
    assert [(one["item"]["id"], one["score"]) for one in found] == [("film-2", 0.9), ("film-3", 0.8)]
    reason = found[0]["reasons"][0]
    assert reason["sentence"] == "People who like Alien [1979] also like Aliens"
    assert (reason["strategy"], reason["share"]) == ("co-occurrence", None)
    assert [node["id"] for node in reason["path"]["nodes"]] == ["film-1", "film-2"]
    assert reason["path"]["edges"] == [{"type": "SIMILAR", "weight": 0.9, "forward": True}]


def test_similar_items_are_topped_up_with_popular_ones_that_say_so(client: Client) -> None:
    found = client.ask('{ similarItems(itemId: "film-1", first: 4) { item { id } reasons { sentence strategy } } }')
    last = found["similarItems"][3]
    assert last["item"]["id"] == "film-0"
    assert last["reasons"] == [{"sentence": "film-0 is popular among items of the kind film", "strategy": "popular"}]
    only = client.ask('{ similarItems(itemId: "film-1", first: 4, by: "co-occurrence") { item { id } } }')
    assert len(only["similarItems"]) == 3


def test_an_item_has_all_its_fields(client: Client) -> None:
    item = client.ask('{ item(id: "film-1") { id kind title description creator tags { name weight } } }')["item"]
    assert item == {
        "id": "film-1",
        "kind": "film",
        "title": "Alien [1979]",
        "description": None,
        "creator": "Ridley Scott",
        "tags": [{"name": "odd", "weight": 1.0}],
    }


def test_what_does_not_exist_is_null(client: Client) -> None:
    assert client.ask('{ user(id: "nobody") { id } item(id: "nothing") { id } }') == {"user": None, "item": None}


@pytest.mark.parametrize("asked", [1, 50])
def test_the_nested_query_costs_the_same_for_any_number_of_recommendations(client: Client, asked: int) -> None:
    # Re-ranking would look beyond the fifty, at more films than there are with any popularity.
    as_found = "rerank: {diversity: 0, freshnessBoost: 0, repetition: 0}"
    query = NESTED.replace("$first)", f'$first, kinds: ["film"], strategy: "popular", {as_found})')
    assert client.calls(query, user="user-1", first=asked) == [
        "explain/similar_reasons",
        "explain/why_popular",
        "recommend/items_by_id",
        "recommend/items_by_id",
        "recommend/popular",
        "recommend/similar_items",
        "recommend/user_states",
        "recommend/users_by_id",
    ]


def test_the_nested_query_costs_the_same_for_many_users(client: Client) -> None:
    fields = NESTED[NESTED.index("{ id createdAt") : -1].replace("$first", "5").replace("5)", '5, strategy: "popular")')
    one = f'{{ a: user(id: "user-0") {fields} }}'
    many = "{ " + " ".join(f'u{k}: user(id: "user-{k}") {fields}' for k in range(10)) + " }"
    assert client.calls(many) == client.calls(one)
    assert len(client.ask(many)) == 10


def test_the_lists_of_all_kinds_come_in_one_answer(client: Client) -> None:
    query = """query ($kinds: [String!]) { recommendationsByKind(userId: "user-2", first: 3, kinds: $kinds)
        { kind answer { layer recommendations { item { kind } } } } }"""
    both = client.ask(query)["recommendationsByKind"]
    assert [one["kind"] for one in both] == ["film", "book"]
    for one in both:
        assert [row["item"]["kind"] for row in one["answer"]["recommendations"]] == [one["kind"]] * 3
    assert [one["kind"] for one in client.ask(query, kinds=["book"])["recommendationsByKind"]] == ["book"]
    assert client.calls(query, kinds=["book", "film"]) == client.calls(query, kinds=["book"])
    assert client.calls(query) == sorted([*client.calls(query, kinds=["book"]), "stats/items_by_kind"])


def test_a_user_has_the_lists_of_all_kinds_too(client: Client) -> None:
    query = '{ user(id: "user-2") { recommendationsByKind(first: 1) { kind } } }'
    assert client.ask(query)["user"]["recommendationsByKind"] == [{"kind": "film"}, {"kind": "book"}]


def test_filters_are_kept(client: Client) -> None:
    query = """query ($excluded: [ID!]) { recommendations(userId: "user-1", first: 20, kinds: ["film"], tags: ["odd"],
        excludeIds: $excluded) { recommendations { item { id kind tags { name } } } } }"""
    before = ids(client.ask(query)["recommendations"])
    assert before
    assert all(int(one.removeprefix("film-")) % 2 for one in before)
    assert not {"film-1", "film-9"} & set(before), "what was liked or disliked never comes again"
    after = ids(client.ask(query, excluded=before[:3])["recommendations"])
    assert not set(before[:3]) & set(after)


def test_an_unknown_user_gets_what_is_popular_and_is_told(client: Client) -> None:
    answer = client.ask(
        '{ recommendations(userId: "stranger", first: 2) { layer note recommendations { strategy item { id } } } }'
    )["recommendations"]
    assert answer["layer"] == "popular"
    assert "'stranger'" in answer["note"]
    assert ids(answer) == ["book-0", "film-0"]


def test_popular_items(client: Client) -> None:
    found = client.ask('{ popularItems(first: 3, kinds: ["film"], tags: ["odd"]) { score item { id } } }')[
        "popularItems"
    ]
    assert [one["item"]["id"] for one in found] == ["film-1", "film-3", "film-5"]
    assert found[0]["score"] > found[1]["score"]


def test_a_user_has_a_history_and_preferences(client: Client) -> None:
    user = client.ask("""{ user(id: "user-1") {
        history(first: 2) { eventId type value at platform metadata item { id } }
        preferences { weight events lastAt item { id } } } }""")["user"]
    assert user["history"][0] == {
        "eventId": "event-19",
        "type": "like",
        "value": None,
        "at": "2001-09-09T01:46:40.019000+00:00",
        "platform": None,
        "metadata": None,
        "item": {"id": "film-19"},
    }
    assert [one["eventId"] for one in user["history"]] == ["event-19", "event-18"]
    assert [(one["item"]["id"], one["weight"]) for one in user["preferences"]] == [
        ("book-1", 3.0),
        ("film-1", 3.0),
        ("film-9", -3.0),
    ]
    assert user["preferences"][0]["lastAt"].endswith("+00:00")


def test_histories_of_many_users_cost_one_call(client: Client) -> None:
    fields = "{ history { item { id } } preferences { item { id } } }"
    many = "{ " + " ".join(f'u{k}: user(id: "user-{k}") {fields}' for k in range(10)) + " }"
    calls = client.calls(many)
    assert calls.count("stats/user_history") == calls.count("stats/user_preferences") == 1
    assert calls.count("recommend/items_by_id") <= 2


def test_me_is_nobody_in_particular_until_there_is_a_login(client: Client, connected_graph: Graph) -> None:
    assert client.ask("{ me { kind id user { id } } }")["me"] == {"kind": "ADMIN", "id": "development", "user": None}
    with running_client(connected_graph, acting_user="user-3") as other:
        me = other.ask("{ me { kind id user { recommendations(first: 1) { recommendations { item { id } } } } } }")[
            "me"
        ]
    assert (me["kind"], me["id"]) == ("USER", "user-3")
    assert len(me["user"]["recommendations"]["recommendations"]) == 1


def test_stats(client: Client) -> None:
    stats = client.ask("""{ stats { users items tags creators events preferences similarities strategies
        itemsByKind { name count } eventsByType { lookedAt newestAt byType { name count } }
        models { model run createdAt ageSeconds embeddingSize users items metrics { name value } } } }""")["stats"]
    assert (stats["users"], stats["items"], stats["tags"], stats["creators"]) == (90, 120, 2, 1)
    assert (stats["events"], stats["preferences"], stats["similarities"]) == (20, 141, 360)
    assert {"popular", "co-occurrence", "content", "trending"} <= set(stats["strategies"])
    assert stats["itemsByKind"] == [{"name": "film", "count": 80}, {"name": "book", "count": 40}]
    assert stats["eventsByType"] == {
        "lookedAt": 20,
        "newestAt": "2001-09-09T01:46:40.019000+00:00",
        "byType": [{"name": "like", "count": 10}, {"name": "view", "count": 10}],
    }
    assert stats["models"] == []
    assert client.calls("{ stats { users events } }") == ["stats/counts"]
