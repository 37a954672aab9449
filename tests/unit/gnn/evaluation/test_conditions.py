"""What a report says of how settings were chosen."""

from __future__ import annotations

from gnn.evaluation.conditions import choices
from gnn.evaluation.plan import EvaluationPlan
from gnn.evaluation.split_plan import SplitPlan
from gnn.evaluation.steps import Steps
from gnn.evaluation.world_settings import WorldSettings
from gnn.model_settings import LightGCNSettings
from gnn.settings import BlendSettings, TrainingSettings


def test_a_blend_says_by_what_its_weights_were_chosen_and_brings_its_components() -> None:
    blend = BlendSettings(components=("popular", "lightgcn"), share=0.2, top_k=5)
    settings = TrainingSettings(blend=blend, lightgcn=LightGCNSettings(validation_every=0))
    steps = Steps()
    steps.seconds["train hybrid"] = 3.5
    plan = EvaluationPlan(SplitPlan(), ("popular", "hybrid"), settings=WorldSettings(training=settings))
    lightgcn, hybrid = choices(plan, steps)
    assert (lightgcn.strategy, lightgcn.chosen_on) == ("lightgcn", None)
    assert (hybrid.strategy, hybrid.seconds) == ("hybrid", 3.5)
    assert (hybrid.includes_selection, hybrid.includes_refit) == (True, False)
    told = "20% of each user's train pairs, the newest, or at random where none is newer, by ndcg@5 of the blend"
    assert hybrid.chosen_on == told
