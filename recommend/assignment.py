"""Who is shown which variant: by a hash of the person and the experiment, so that nothing needs to be remembered.

Kohavi, Tang & Xu, Trustworthy Online Controlled Experiments (2020), chapter 14. Whether somebody is in an experiment
and which variant they are shown hang on two hashes: a larger share of the people takes in more without moving anybody,
and what somebody is shown in one experiment says nothing about another.
"""

from __future__ import annotations

from hashlib import blake2b

from graph.experiments import Experiment, Variant

BITS = 64


def assigned(experiment: Experiment, person: str) -> Variant | None:
    """The variant for somebody, by id; None for who is not in the experiment, or whose variant was stopped.

    Where a variant was stopped its people are in it no more; the others keep theirs.
    """
    if not takes_part(experiment, person):
        return None
    place = uniform(experiment.name, "variant", person)
    for variant in experiment.variants:
        place -= experiment.share_of(variant)
        if place < 0:
            break
    return variant if variant.stopped_at is None else None


def takes_part(experiment: Experiment, person: str) -> bool:
    """Whether somebody, by id, is among the share of the people that an experiment is for."""
    return uniform(experiment.name, "in", person) < experiment.rollout


def uniform(experiment: str, purpose: str, person: str) -> float:
    """A number in [0, 1) that is the same for the same three, and independent for others."""
    # A byte that no name has keeps ("ab", "c") apart from ("a", "bc").
    digest = blake2b(f"{experiment}\0{purpose}\0{person}".encode(), digest_size=BITS // 8).digest()
    return float((int.from_bytes(digest) >> 11) / (1 << 53))
