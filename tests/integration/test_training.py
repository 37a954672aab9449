"""Training from a real graph: slots, records, activation, rollback, and failures that touch nothing that serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np
import pytest
from typer.testing import CliRunner

import gnn.learn
import gnn.train
from edgewise.main import app
from gnn.factors import Epoch, Factors, Learned, Watch
from gnn.learn import fit
from gnn.settings import TrainingSettings
from gnn.train import train
from graph.client import Graph
from graph.errors import ModelError, ModelNotTrained, TrainingUnavailable
from graph.models import MODELS, activate, active_run, active_runs, list_runs, require_active_run, start_run
from graph.settings import Neo4jSettings
from graph.slots import claim_slot
from graph.training_data import (
    ItemContent,
    PreferenceArrays,
    UserProfile,
    item_contents,
    positive_preferences,
)
from graph.vectors import count_vectors, item_vectors, search_vectors, user_vectors
from recommend.learned import LearnedRecommender
from recommend.protocol import Ask
from recommend.settings import RecommendSettings
from tests.environment import name_server
from tests.worlds.parity import ITEMS, LIKES, USERS
from tests.worlds.quick_training import quick_training
from tests.worlds.world import World, write_world

QUICK = quick_training(10, most_lost=1.0)
WORLD = World(
    users=(*USERS, "newcomer", "hater"),
    items=(*ITEMS, "fresh"),
    tags={**{(item, ("even", "odd")[int(item[1:]) % 2]): 1.0 for item in ITEMS}, ("fresh", "even"): 0.5},
    prefers={**LIKES, ("hater", "i0"): -3.0, ("u00", "i9"): -1.0},
)


@pytest.fixture
def taste(graph: Graph) -> Graph:
    write_world(graph, WORLD)
    return graph


def fit_with_a_hole(
    model: str,
    data: PreferenceArrays,
    contents: Sequence[ItemContent],
    settings: TrainingSettings,
    watch: Watch,
    *,
    profiles: Sequence[UserProfile],
    stage: Literal["judging", "learning"],
) -> Learned:
    """A training that diverges: one number of one user is no number."""
    learned = fit(model, data, contents, settings, watch, profiles=profiles, stage=stage)
    users = learned.factors.users.copy()
    users[3, 0] = np.nan
    return replace(learned, factors=Factors(users, learned.factors.items, learned.factors.embedding_size))


def test_only_positive_preferences_are_read(taste: Graph) -> None:
    data = positive_preferences(taste)
    pairs = {(data.user_ids[u], data.item_ids[i]) for u, i in zip(data.users, data.items, strict=True)}
    assert pairs == set(LIKES)
    assert (data.weights == 2.0).all()


def test_content_is_kind_and_weighted_tags(taste: Graph) -> None:
    contents = {content.item_id: content for content in item_contents(taste)}
    assert contents["fresh"] == ItemContent("fresh", "movie", {"even": 0.5})
    assert len(contents) == 11


def test_a_training_writes_records_and_serves(taste: Graph) -> None:
    told: list[Epoch] = []
    reports = train(taste, MODELS, QUICK, told.append)
    assert [report.model for report in reports] == list(MODELS)
    for report in reports:
        run = require_active_run(taste, report.model)
        assert (run.id, run.slot, run.embedding_size) == (report.run_id, "a", 8)
        # Of the item that nobody likes: some learn a vector from its tag themselves, for others it is placed.
        learned = report.model in {"lightfm", "two-tower"}
        assert (run.users, run.items, run.placed) == (12, 10 + learned, 1 - learned)
        assert count_vectors(taste, run.vector_property) == (12, 11)
        assert {"ndcg@10", "popular_ndcg@10"} <= set(report.facts.metrics)
    assert {(epoch.model, epoch.stage) for epoch in told} == {(m, s) for m in MODELS for s in ("judging", "learning")}
    recorded = {run.model: run for run in list_runs(taste)}
    assert recorded["lightgcn"].settings["epochs"] == 10
    assert recorded["lightgcn"].preferences == len(LIKES)


@pytest.mark.parametrize("model", MODELS)
def test_the_index_orders_by_inner_product(taste: Graph, model: str) -> None:
    train(taste, [model], QUICK)
    run = require_active_run(taste, model)
    items = item_vectors(taste, run.vector_property)
    user = user_vectors(taste, run.vector_property, ["u00", "nobody"])
    assert list(user) == ["u00"]
    scores = dict(zip(items.ids, items.vectors @ user["u00"], strict=True))
    found = search_vectors(taste, run.item_index, [user["u00"]], limit=len(items.ids))[0]
    assert {one.item_id for one in found} == set(items.ids)
    ranked = [scores[one.item_id] for one in found]
    assert all(one >= other - 1e-5 for one, other in pairwise(ranked))


def test_a_second_training_takes_the_other_slot_and_the_first_can_return(taste: Graph) -> None:
    first = train(taste, ["lightgcn"], QUICK)[0]
    second = train(taste, ["lightgcn"], QUICK.model_copy(update={"seed": 2}))[0]
    assert (first.slot, second.slot) == ("a", "b")
    assert require_active_run(taste, "lightgcn").id == second.run_id
    serving = LearnedRecommender(taste, "lightgcn", RecommendSettings())
    with_second = serving.candidates([Ask("u00")])[0]
    activate(taste, first.run_id)
    assert require_active_run(taste, "lightgcn").slot == "a"
    with_first = serving.candidates([Ask("u00")])[0]
    assert [one.score for one in with_first] != [one.score for one in with_second]
    assert [run.active for run in list_runs(taste)] == [False, True]


def test_a_third_training_ends_the_way_back_to_the_first(taste: Graph) -> None:
    first, _, third = (train(taste, ["lightgcn"], QUICK)[0] for _ in range(3))
    assert third.slot == first.slot
    with pytest.raises(ModelError, match="cannot serve"):
        activate(taste, first.run_id)
    assert {run.id: run.status for run in list_runs(taste)}[first.run_id] == "replaced"


def test_a_training_that_diverges_leaves_what_serves(taste: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    before = train(taste, ["lightgcn"], QUICK)[0]
    again = train(taste, ["lightgcn"], QUICK)[0]
    monkeypatch.setattr(gnn.train, "fit", fit_with_a_hole)
    with pytest.raises(ModelError, match="1 of 12 User vectors"):
        train(taste, ["lightgcn"], QUICK)
    assert require_active_run(taste, "lightgcn").id == again.run_id
    failed = list_runs(taste, 1)[0]
    assert failed.status == "failed"
    assert failed.error is not None
    assert "diverged" in failed.error
    activate(taste, before.run_id)
    assert count_vectors(taste, "lightgcn_a") == (12, 11)


def test_vectors_of_an_older_run_do_not_linger(taste: Graph) -> None:
    train(taste, ["lightfm"], QUICK)
    train(taste, ["lightfm"], QUICK)
    write_preferences_of_even_users_only(taste)
    third = train(taste, ["lightfm"], QUICK)[0]
    assert third.slot == "a"
    assert not user_vectors(taste, "lightfm_a", ["u01"])
    assert user_vectors(taste, "lightfm_b", ["u01"])


def write_preferences_of_even_users_only(graph: Graph) -> None:
    statement = "CYPHER 25 MATCH (user:User)-[preference:PREFERS]->() WHERE user.id IN $odd DELETE preference"
    graph._driver.execute_query(statement, {"odd": [user for user in USERS if int(user[1:]) % 2]})


def test_a_slot_is_not_shared_by_two_trainings(taste: Graph) -> None:
    start_run(taste, "lightgcn", "one", {}, {})
    start_run(taste, "lightgcn", "two", {}, {})
    assert claim_slot(taste, "lightgcn", "one") == "a"
    with pytest.raises(ModelError, match="another training"):
        claim_slot(taste, "lightgcn", "two")
    with pytest.raises(ModelError, match="cannot serve"):
        activate(taste, "one")


def test_too_little_to_learn_from_is_refused(graph: Graph) -> None:
    with pytest.raises(ModelError, match="0 positive preferences"):
        train(graph, MODELS, QUICK)
    assert not list_runs(graph)


def test_an_untrained_model_is_named(graph: Graph) -> None:
    assert active_run(graph, "lightgcn") is None
    with pytest.raises(ModelNotTrained, match="edgewise train --model lightgcn"):
        require_active_run(graph, "lightgcn")
    with pytest.raises(ModelError, match="no model 'svd'"):
        train(graph, ["svd"], QUICK)


def test_without_its_packages_training_says_what_to_install(taste: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(gnn.learn.PACKAGES, "lightgcn", ("torch", "a_package_that_nobody_has"))
    with pytest.raises(TrainingUnavailable, match=r"a_package_that_nobody_has: pip install 'edgewise\[learn\]'"):
        train(taste, ["lightgcn"], QUICK)


def test_the_command_trains_lists_and_goes_back(
    taste: Graph, neo4j_settings: Neo4jSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_server(neo4j_settings, monkeypatch)
    monkeypatch.setenv("COLUMNS", "200")
    runner = CliRunner()
    options = ["--model", "lightgcn", "--epochs", "3", "--embedding-size", "4", "--seed", "9"]
    first = runner.invoke(app, ["train", *options], catch_exceptions=False)
    assert first.exit_code == 0
    assert "ndcg@10" in first.output
    run = active_runs(taste)["lightgcn"]
    assert run.embedding_size == 4
    assert list_runs(taste)[0].settings["seed"] == 9
    runner.invoke(app, ["train", *options], catch_exceptions=False)
    listed = runner.invoke(app, ["models", "activate", run.id], catch_exceptions=False)
    assert run.id in listed.output
    assert "serves" in listed.output
    assert active_runs(taste)["lightgcn"].id == run.id
