"""Team-draft interleaving: two rankings in one list, so that a click tells which is better from far fewer people.

Radlinski, Kurup & Joachims, How Does Clickthrough Data Reflect Retrieval Quality? (CIKM 2008), algorithm 2.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from random import Random

from scipy.stats import binom

FIRST, SECOND = 0, 1


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


def winner(drafted: Drafted, clicked: Collection[str]) -> int | None:
    """Whose items were clicked more often; None for a tie."""
    picked = [team for item, team in zip(drafted.items, drafted.teams, strict=True) if item in clicked]
    lead = picked.count(FIRST) - picked.count(SECOND)
    return None if lead == 0 else int(lead < 0)


def sign_test(won: int, lost: int) -> float:
    """How probable it is that lists which are equally good are told apart so or more clearly, ties aside: 0 to 1.

    Twice the smaller tail of a fair coin's binomial distribution.
    """
    return float(min(1.0, 2 * binom.cdf(min(won, lost), won + lost, 0.5)))
