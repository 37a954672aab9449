"""LightFM places new users with a profile and new items with a tag, and serves them where it is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gnn.model_settings import LightFMSettings
from gnn.settings import TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.ingest import RESERVED, write_users
from graph.models import require_active_run
from graph.records import User
from graph.schema import migrate
from graph.settings import Neo4jSettings
from graph.training_data import UserProfile, user_profiles
from graph.vectors import user_vectors
from recommend.protocol import Ask
from recommend.registry import strategies
from recommend.service import RecommendationService
from recommend.settings import RecommendSettings
from tests.environment import environment_of
from tests.worlds.world import World, write_world

QUICK = TrainingSettings(seed=1, lightfm=LightFMSettings(embedding_size=8, epochs=30, profile_least_users=3))
COLOURS = ("town", "village")
KNOWN = {f"u{k:02}": k % 2 for k in range(24)}
ITEMS = {f"i{k:02}": k % 2 for k in range(16)}
FRESH = {"fresh-0": 0, "fresh-1": 1}
NEW = {"new-town": 0, "new-village": 1}
WORLD = World(
    users=(*KNOWN, *NEW, "bare"),
    items=(*ITEMS, *FRESH),
    tags={(item, f"of the {COLOURS[colour]}"): 1.0 for item, colour in (ITEMS | FRESH).items()},
    prefers={
        (user, item): 1.0
        for user, colour in KNOWN.items()
        for item, other in ITEMS.items()
        if colour == other and int(user[1:]) // 2 % 4 != int(item[1:]) // 2 % 4
    },
)
WITHOUT_LEARNING = """
import sys
sys.modules.update(dict.fromkeys(("lightfm", "torch", "torch_geometric", "gnn")))
from edgewise.recommend_commands import app
app(["new-village", "--strategy", "lightfm", "--first", "9"])
"""


@pytest.fixture(scope="module")
def placed(connected_graph: Graph) -> Graph:
    """Taste goes with where users live; how old they are goes with it too, their names with nothing."""
    migrate(connected_graph)
    write_world(connected_graph, WORLD)
    lives = [(user, colour, 20 + 30 * colour) for user, colour in (KNOWN | NEW).items()]
    write_users(
        connected_graph,
        [User(user, None, {"home": COLOURS[colour], "age": age, "name": user}) for user, colour, age in lives],
    )
    train(connected_graph, ["lightfm"], QUICK)
    return connected_graph


def test_profiles_are_what_sources_gave(placed: Graph) -> None:
    found = {profile.user_id: profile for profile in user_profiles(placed)}
    assert found.keys() == (KNOWN | NEW).keys(), "who has no property has no profile"
    assert found["u01"] == UserProfile("u01", {"home": "village", "age": 50, "name": "u01"})
    assert not RESERVED.intersection(*(profile.properties for profile in found.values()))


def test_profiles_are_read_in_pages(placed: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = user_profiles(placed)
    monkeypatch.setattr("graph.training_data.PROFILES_PER_PAGE", 5)
    assert user_profiles(placed) == at_once


def test_who_is_new_has_a_vector_if_there_is_a_profile(placed: Graph) -> None:
    run = require_active_run(placed, "lightfm")
    assert user_vectors(placed, run.vector_property, [*NEW, "bare"]).keys() == NEW.keys()
    assert (run.users, run.items) == (len(KNOWN) + len(NEW), len(ITEMS) + len(FRESH))


@pytest.mark.parametrize("user", NEW)
def test_a_new_user_gets_what_suits_the_profile_new_items_among_it(placed: Graph, user: str) -> None:
    (found,) = strategies(placed, RecommendSettings())["lightfm"].candidates([Ask(user, 9)])
    mine = {item for item, colour in (ITEMS | FRESH).items() if colour == NEW[user]}
    assert {one.item_id for one in found} == mine


def test_the_service_says_whence_it_knows(placed: Graph) -> None:
    service = RecommendationService(placed, strategies(placed, RecommendSettings()), RecommendSettings())
    new, bare = service.recommend([Ask("new-town", 3), Ask("bare", 3)], "lightgcn")
    assert (new.layer, bare.layer) == ("lightfm", "popular")
    assert new.note == "This user has liked nothing yet, but has a profile: 3 by lightfm."
    assert new.run == require_active_run(placed, "lightfm").id
    reasons = service.explain([(Ask("new-town"), one.item_id, one.strategy) for one in new.recommendations])
    assert [reason.nodes[-1].id for reason in reasons if reason] == [one.item_id for one in new.recommendations]
    assert all(reason and "people like you" in reason.sentence for reason in reasons)


def test_serving_needs_neither_lightfm_nor_torch(placed: Graph, neo4j_settings: Neo4jSettings) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LEARNING],
        env=environment_of(neo4j_settings, COLUMNS="200"),
        timeout=60,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    mine = {item for item, colour in (ITEMS | FRESH).items() if colour == NEW["new-village"]}
    assert {item for item in ITEMS | FRESH if f" {item} " in done.stdout} == mine
