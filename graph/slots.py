"""The two slots of a model: a training takes the one that does not serve, unless an experiment has it served too."""

from __future__ import annotations

from graph.client import Graph
from graph.errors import ModelError, SlotHeld

CLAIM_PATIENCE_MINUTES = 60


def claim_slot(graph: Graph, model: str, run_id: str, *, force: bool = False) -> str:
    """Give a run the slot that does not serve and return it; the run that had it can no longer be activated.

    Raises SlotHeld where an experiment has it, ModelError while another run of the model is writing its vectors;
    `force` takes the slot from that one.
    """
    rows = graph.write("models/claim_slot", runId=run_id, patienceMinutes=0 if force else CLAIM_PATIENCE_MINUTES)
    if not rows:
        refuse_held(graph, model)
        raise ModelError(
            f"Run {run_id} cannot write: another training of this model is writing. Try again later; if that one was "
            "killed, take its slot: edgewise train --force"
        )
    return str(rows[0]["slot"])


def slot_holder(graph: Graph, model: str) -> str | None:
    """The experiment that has the slot served which a training of `model` would take; None without one."""
    rows = graph.read("models/slot_holder", model=model)
    return str(rows[0]["experiment"]) if rows else None


def refuse_held(graph: Graph, model: str) -> None:
    """Raise SlotHeld where a training of `model` would find no slot."""
    name = slot_holder(graph, model)
    if name is not None:
        raise SlotHeld(
            f"{model} is not trained while the experiment {name!r} goes on, which has both of its runs served. "
            f"End it first: edgewise experiments end {name}"
        )
