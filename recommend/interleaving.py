"""Team-draft interleaving: two rankings in one list, so that a click tells which is better from far fewer people.

Radlinski, Kurup & Joachims, How Does Clickthrough Data Reflect Retrieval Quality? (CIKM 2008), algorithm 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from scipy.special import betaln

from recommend.protocol import Answer, Ask

FIRST, SECOND = 0, 1
TOLD_APART = 20.0
"""Odds from which two variants are told apart, with 95 % confidence at all looks together."""
MOST_LOGARITHM = 700.0
"""Of odds that can still be written as a number."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A list made of two, and which of them (0 or 1) each item was picked by."""

    items: tuple[str, ...]
    teams: tuple[int, ...]


def team_draft(one: Sequence[str], other: Sequence[str], first: int, random: Random) -> Drafted:
    """The `first` items: who has picked fewer picks the best that is left on their list, by lot where both are even."""
    items: list[str] = []
    teams: list[int] = []
    lists, taken = (one, other), set[str]()
    places = [0, 0]
    while len(items) < first:
        for team in (FIRST, SECOND):
            while places[team] < len(lists[team]) and lists[team][places[team]] in taken:
                places[team] += 1
        left = [team for team in (FIRST, SECOND) if places[team] < len(lists[team])]
        if not left:
            break
        lead = teams.count(FIRST) - teams.count(SECOND)
        team = left[0] if len(left) == 1 else (random.randrange(2) if lead == 0 else int(lead > 0))
        item = lists[team][places[team]]
        items.append(item)
        teams.append(team)
        taken.add(item)
    return Drafted(tuple(items), tuple(teams))


def odds(first: int, second: int) -> float:
    """The odds, against a fair coin, that people prefer one of two; valid however often one looks.

    The mixture of all coins alike: Ville's inequality holds for it, so that odds of 20 and more come about in no more
    than one of 20 experiments without a difference. Ties are left out.
    """
    logarithm = betaln(first + 1, second + 1) + (first + second) * math.log(2)
    return math.exp(min(float(logarithm), MOST_LOGARITHM))


def as_one(answers: tuple[Answer, Answer], tags: tuple[str, str], ask: Ask, strategy: str, random: Random) -> Answer:
    """One answer to `ask` by team draft from two of the same request, `tags` being theirs.

    `strategy`: what it counts as asked for. It tells of a run only where both are of the same.
    """
    lists = [[found.item_id for found in one.recommendations] for one in answers]
    drafted = team_draft(lists[FIRST], lists[SECOND], ask.first, random)
    known = [{found.item_id: found for found in one.recommendations} for one in answers]
    picked = [known[team][item] for item, team in zip(drafted.items, drafted.teams, strict=True)]
    given = tuple(one._replace(position=position) for position, one in enumerate(picked, 1))
    one, other = answers
    return replace(
        one,
        strategy=strategy,
        layer=given[0].strategy if given else one.layer,
        recommendations=given,
        run=one.run if one.run == other.run else None,
        note=" ".join(dict.fromkeys(note for note in (one.note, other.note) if note)) or None,
        degraded=one.degraded or other.degraded,
        worked=one.worked and other.worked,
        choice=None,
        asked=None,
        variants=tuple(dict.fromkeys((*one.variants, *other.variants))),
        drafts=tuple(answers[team].draft(ask, tags[team]) for team in drafted.teams),
    )
