from __future__ import annotations

import json

import numpy as np
import pytest

from gnn.evaluation.intervals import Resampling
from gnn.evaluation.metric_words import ACCURACY, BEYOND_ACCURACY, best_of
from gnn.evaluation.results import SettingsChoice, from_json, summarise, to_json
from graph.errors import InputError
from tests.worlds.judged import evaluated, judged


def test_values_are_those_that_were_judged() -> None:
    judgement, evaluation = judged(1), evaluated()
    for strategy, row in zip(judgement.strategies, evaluation.strategies, strict=True):
        for group, mask in judgement.groups.items():
            for name, metric in strategy.metrics.items():
                expected = metric.over(mask)
                assert row.estimate(name, group).value == (None if np.isnan(expected) else pytest.approx(expected))
        assert row.estimate("coverage@3").value == judgement.coverage(strategy, 3)
        assert row.lists["gini@5"] == judgement.gini(strategy, 5)


def test_every_metric_has_a_name_and_every_name_is_a_metric() -> None:
    row = evaluated().strategies[0]
    names = {words.at(top_k) for words in (*ACCURACY, *BEYOND_ACCURACY) for top_k in (3, 5)}
    assert names == {*row.metrics["all"], *row.lists}


def test_intervals_are_around_values_and_differences_against_the_baseline() -> None:
    evaluation = evaluated()
    good, bad = evaluation.strategy("good"), evaluation.strategy("bad")
    for row in (good, bad):
        found = row.estimate("recall@5")
        assert found.value is not None
        assert found.lower is not None
        assert found.upper is not None
        assert found.lower < found.value < found.upper
    difference = good.differences["all"]["ndcg@5"]
    ours, theirs = good.estimate("ndcg@5").value, bad.estimate("ndcg@5").value
    assert ours is not None
    assert theirs is not None
    assert difference.value == pytest.approx(ours - theirs)
    assert difference.lower is not None
    assert difference.lower > 0
    assert not bad.differences


def test_sizes_count_each_user_once() -> None:
    judgement, evaluation = judged(1), evaluated()
    everyone = evaluation.groups["all"]
    assert everyone.users == len(set(judgement.users.tolist())) < everyone.judged == len(judgement.users)
    assert everyone.least_train_pairs == 0
    assert evaluation.groups["cold"].most_train_pairs == 0
    assert [split.test_pairs for split in evaluation.splits] == list(judgement.test_pairs)


def test_json_comes_back_as_it_was() -> None:
    choice = SettingsChoice("good", {"layers": 2, "loss": "bpr"}, "NDCG@10 of the newest", 8, 12.5, True, True)
    evaluation = evaluated(choices=(choice,))
    assert from_json(to_json(evaluation)) == evaluation


def test_the_keys_of_the_json_stay() -> None:
    document = json.loads(to_json(evaluated()))
    assert list(document) == [
        "conditions", "top_ks", "catalogue", "splits", "groups", "baseline", "resampling", "strategies", "choices",
        "schema",
    ]  # fmt: skip
    assert document["schema"] == "edgewise-evaluation-1"
    row = document["strategies"][0]
    assert list(row) == ["strategy", "metrics", "differences", "lists", "auc_exact"]
    assert list(row["metrics"]) == ["all", "cold", "low", "medium", "high"]
    assert list(row["metrics"]["all"]["ndcg@3"]) == ["value", "lower", "upper"]
    assert "NaN" not in to_json(evaluated())


def test_other_json_is_refused_with_what_is_wrong_about_it() -> None:
    with pytest.raises(InputError) as refused:
        from_json('{"schema": "edgewise-evaluation-0"}')
    assert any(problem.startswith("schema:") for problem in refused.value.problems)


def test_a_baseline_that_was_not_evaluated_is_refused() -> None:
    with pytest.raises(InputError, match=r"popular was not evaluated; choose one of good, bad"):
        summarise(judged(1), evaluated().conditions, baseline="popular", resampling=Resampling(resamples=2))


@pytest.mark.parametrize("name", ["ndcg@7", "coverage@7"])
def test_a_metric_that_there_is_not_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="there are auc, recall@3"):
        evaluated().strategies[0].estimate(name)
    with pytest.raises(InputError, match="there are good, bad"):
        evaluated().strategy("popular")


def test_a_time_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="must include"):
        SettingsChoice("good", {}, seconds=1.0, includes_refit=False)


def test_the_best_is_high_or_low_or_nearest_to_one() -> None:
    words = {metric.name: metric for metric in (*ACCURACY, *BEYOND_ACCURACY)}
    values = [0.5, None, 1.2, 3.0]
    assert best_of(words["ndcg"], values) == 3.0
    assert best_of(words["gini"], values) == 0.5
    assert best_of(words["popularity_bias"], values) == 1.2
    assert best_of(words["ndcg"], [None]) is None
    assert best_of(words["ndcg"], [0.0, 0.0]) is None
    assert best_of(words["ndcg"], [0.3]) == 0.3
