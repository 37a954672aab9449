"""Items that came after a training are placed by their content and listed by what learned from likes alone."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from edgewise.main import app
from gnn.model_settings import LightFMSettings, LightGCNSettings
from gnn.settings import DataSettings, RunSettings, TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.content_maps import content_map_of
from graph.ingest import write_items
from graph.models import list_runs, ready_run, require_active_run, start_run
from graph.placements import all_unlearned, place, placed_items
from graph.records import Item
from graph.run_history import tidy
from graph.settings import Neo4jSettings, PreferenceSettings
from graph.slots import claim_slot
from graph.vectors import item_vectors, item_vectors_by_id
from recommend.maintain import refresh
from recommend.placing import place_all, place_all_in, place_items
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.settings import RecommendSettings
from tests.environment import name_server
from tests.worlds.api import Client, running_client
from tests.worlds.world import World, write_world

UPSERT = "mutation ($items: [ItemInput!]!) { upsertItems(items: $items) { id } }"
ANSWER = """query ($user: ID!) { recommendations(userId: $user, first: 20, strategy: "lightgcn") {
    layer recommendations { item { id } strategy } } }"""
QUICK = TrainingSettings(
    seed=1,
    validation_last=0,
    lightgcn=LightGCNSettings(embedding_size=8, epochs=15, score="cosine"),
    lightfm=LightFMSettings(embedding_size=8, epochs=30),
    run=RunSettings(force=True),
)
USERS = {f"u{k:02}": k % 2 for k in range(24)}
ITEMS = {f"i{k:02}": k % 2 for k in range(16)}
TAGS = ("even", "odd")
WORLD = World(
    users=tuple(USERS),
    items=(*ITEMS, "bare"),
    tags={(item, TAGS[side]): 1.0 for item, side in ITEMS.items()},
    kinds={"bare": "unheard of"},
    prefers={
        (user, item): 1.0
        for user, side in USERS.items()
        for item, other in ITEMS.items()
        if side == other and int(user[1:]) // 2 % 4 != int(item[1:]) // 2 % 4
    },
)
SCAN, INDEX = RecommendSettings(), RecommendSettings(exact_scan_limit=0)


@pytest.fixture
def taste(graph: Graph) -> Graph:
    """A graph that lightgcn has been trained on; users and items with like numbers modulo two go together."""
    write_world(graph, WORLD)
    train(graph, ["lightgcn"], QUICK)
    return graph


def item(name: str, *tags: str, kind: str = "movie") -> Item:
    return Item(name, kind, tags=dict.fromkeys(tags, 1.0))


def listed(graph: Graph, user: str, settings: RecommendSettings = SCAN, model: str = "lightgcn") -> list[str]:
    (found,) = strategies(graph, settings)[model].candidates([Ask(user, 30)])
    return [one.item_id for one in found]


def test_a_new_item_is_listed_by_the_tags_that_it_has(taste: Graph) -> None:
    write_items(taste, [item("new-even", "even"), item("new-odd", "odd"), item("new-plain", kind="unheard of")])
    assert place_items(taste, ["new-even", "new-odd", "new-plain", "not there"]) == 2
    for user in ("u00", "u01"):
        ours, theirs = (f"new-{TAGS[(USERS[user] + k) % 2]}" for k in range(2))
        found = listed(taste, user)
        assert found.index(ours) < found.index(theirs)
        assert found.index(ours) < min(found.index(one) for one, side in ITEMS.items() if side != USERS[user])
        assert {"new-plain", "bare"}.isdisjoint(found), "nothing is known of these"


def test_the_index_gives_what_the_scan_gives(taste: Graph) -> None:
    write_items(taste, [item(f"new-{k}", TAGS[k % 2]) for k in range(6)])
    place_items(taste, [f"new-{k}" for k in range(6)])
    for user in ("u00", "u01"):
        found = listed(taste, user)
        assert {f"new-{k}" for k in range(6)} < set(found)
        assert listed(taste, user, INDEX) == found
    length = np.linalg.norm(item_vectors(taste, require_active_run(taste, "lightgcn").vector_property).vectors, axis=1)
    assert np.allclose(length, length[0], rtol=1e-5)


def test_a_recommender_that_runs_sees_what_is_placed_and_placed_again(taste: Graph) -> None:
    running = strategies(taste, SCAN)["lightgcn"]

    def place_of(name: str) -> int | None:
        ids = [one.item_id for one in running.candidates([Ask("u00", 30)])[0]]
        return ids.index(name) if name in ids else None

    assert place_of("new") is None
    write_items(taste, [item("new", "even")])
    place_items(taste, ["new"])
    first = place_of("new")
    (reason,) = running.explain([(Ask("u00"), "new")])
    assert reason is not None
    assert reason.nodes[-1].id == "new"
    write_items(taste, [item("new", "odd")])
    assert place_of("new") == first, "until it is placed again"
    assert place_items(taste, ["new"]) == 1
    second = place_of("new")
    assert first is not None
    assert second is not None
    assert first < second


def test_many_placements_are_read_anew(taste: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommend.run_items.MOST_PLACED", 3)
    running = strategies(taste, SCAN)["lightgcn"]
    for k in range(8):
        write_items(taste, [item(f"new-{k}", "even")])
        place_items(taste, [f"new-{k}"])
        found = {one.item_id for one in running.candidates([Ask("u00", 40)])[0]}
        assert {f"new-{other}" for other in range(k + 1)} < found


def test_what_is_in_place_is_not_written_again(taste: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.placements.PAGE", 3)
    write_items(taste, [item(f"new-{k}", "odd") for k in range(7)])
    assert place_all(taste) == 7
    run = require_active_run(taste, "lightgcn")
    assert (run.items, run.placed) == (len(ITEMS), 7)
    assert place_all(taste) == 0
    assert place_items(taste, ["new-1", "new-2"]) == 0
    assert require_active_run(taste, "lightgcn") == run
    assert placed_items(taste, run, 0).ids == tuple(f"new-{k}" for k in range(7))
    assert placed_items(taste, run, 7).ids == ()


def test_what_was_learned_stays(taste: Graph) -> None:
    run = require_active_run(taste, "lightgcn")
    before = item_vectors_by_id(taste, run.vector_property, list(ITEMS))
    write_items(taste, [item("i00", "odd")])
    assert place_items(taste, ["i00"]) == 0
    assert place(taste, run, ["i00"], np.ones((1, len(before["i00"])), dtype=np.float32)) == 0
    after = item_vectors_by_id(taste, run.vector_property, list(ITEMS))
    assert all(np.array_equal(before[one], after[one]) for one in ITEMS)


def test_a_slot_that_was_taken_over_gets_nothing(taste: Graph) -> None:
    write_items(taste, [item("new", "even")])
    train(taste, ["lightgcn"], QUICK)
    idle, serving = (ready_run(taste, run) for run in reversed(runs(taste)))
    start_run(taste, "lightgcn", "next", {}, {})
    assert claim_slot(taste, "lightgcn", "next") == idle.slot
    pages = list(itertools.chain.from_iterable(all_unlearned(taste, idle)))
    assert "new" in {one.content.item_id for one in pages}
    vectors = np.ones((1, 9), dtype=np.float32)
    assert place(taste, idle, ["new"], vectors) == 0
    assert item_vectors_by_id(taste, idle.vector_property, ["new"]) == {}
    assert serving.slot != idle.slot


def runs(graph: Graph) -> list[str]:
    """Ids of the runs of lightgcn, newest first."""
    return [run.id for run in list_runs(graph) if run.model == "lightgcn"]


def test_an_item_that_nobody_likes_has_a_vector_from_the_start_and_after_each_training(taste: Graph) -> None:
    write_items(taste, [item("new", "even")])
    place_items(taste, ["new"])
    assert "new" in listed(taste, "u00")
    train(taste, ["lightgcn"], QUICK)
    assert require_active_run(taste, "lightgcn").placed == 1
    assert "new" in listed(taste, "u00")


def test_refresh_and_the_ways_back_place_what_came_between(
    taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    (before,) = runs(taste)
    write_items(taste, [item("new", "even")])
    assert refresh(taste, SCAN, PreferenceSettings(), SCAN.popularity).placed_items == 1
    train(taste, ["lightgcn"], QUICK)
    write_items(taste, [item("newer", "even")])
    for command in (["models", "rollback", "lightgcn"], ["models", "activate", runs(taste)[0]]):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
        assert {"new", "newer"} < set(listed(taste, "u00"))
    assert ready_run(taste, before).placed == 2


def test_items_that_come_over_http_are_in_the_next_answer_of_every_replica(taste: Graph) -> None:
    with running_client(taste) as client, running_client(taste) as replica:
        assert "new" not in answered(replica, "u03")
        client.ask(UPSERT, items=[{"id": "new", "kind": "movie", "tags": [{"name": "odd"}]}])
        assert "new" in answered(client, "u01")
        assert "new" in answered(replica, "u05")


def answered(client: Client, user: str) -> list[str]:
    found = client.ask(ANSWER, user=user)["recommendations"]
    assert found["layer"] == "lightgcn"
    # What is missing is filled up by others.
    return [one["item"]["id"] for one in found["recommendations"] if one["strategy"] == "lightgcn"]


def test_items_that_are_loaded_have_a_vector_at_the_end(
    taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ratings.csv").write_text("userId,movieId,rating,timestamp\nu00,new,5,1700000000\n")
    (tmp_path / "movies.csv").write_text("movieId,title,genres\nnew,New (2026),even\n")
    done = CliRunner().invoke(app, ["load", "movielens", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "1 vectors given by content" in done.output
    assert "new" in listed(taste, "u02")


def test_a_model_that_places_by_content_itself_places_later_items_too(taste: Graph) -> None:
    write_items(taste, [item("early", "odd")])
    train(taste, ["lightfm"], QUICK)
    run = require_active_run(taste, "lightfm")
    write_items(taste, [item("late", "odd")])
    assert place_all_in(taste, run) == 1, "early has a vector of the training"
    found = listed(taste, "u01", model="lightfm")
    assert max(found.index("early"), found.index("late")) < min(found.index(one) for one in ITEMS if ITEMS[one] == 0)


def test_a_run_that_learned_of_some_kinds_alone_places_no_others(taste: Graph) -> None:
    train(taste, ["lightgcn"], QUICK.model_copy(update={"data": DataSettings(kinds=("movie",))}))
    write_items(taste, [item("film", "odd"), item("book", "odd", kind="book")])
    assert place_all(taste) == 1
    assert item_vectors_by_id(
        taste, require_active_run(taste, "lightgcn").vector_property, ["film", "book"]
    ).keys() == {"film"}


def test_what_a_run_knows_of_content_goes_with_it(taste: Graph) -> None:
    (first,) = runs(taste)
    content_map = content_map_of(taste, first, ["even", "odd", "unknown"])
    assert content_map is not None
    assert content_map.tags.keys() == {"even", "odd"}
    assert content_map.kinds.keys() == {"movie"}
    for _ in range(2):
        train(taste, ["lightgcn"], QUICK)
    tidy(taste, "lightgcn", 0)
    assert first not in runs(taste)
    assert content_map_of(taste, first, ["even"]) is None
