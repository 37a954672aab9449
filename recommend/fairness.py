"""Whether exposure is spread unevenly: over items by their popularity, and over users by an attribute of theirs."""

from __future__ import annotations

from collections.abc import Mapping

from recommend.settings import StatisticsSettings

Answers = tuple[int, int]
"""Answers that were given, and those of them from which something was taken."""


def unfair(groups: Mapping[str, int], attributes: Mapping[str, Answers], settings: StatisticsSettings) -> str | None:
    """What is wrong with how impressions are spread over popularity groups, or with what users of a group get.

    `groups`: impressions by popularity group; `attributes`: answers by the attribute's value. None: nothing is.
    """
    told = [one for one in (_to_items(groups, settings), _to_users(attributes, settings)) if one is not None]
    return " ".join(told) or None


def _to_items(groups: Mapping[str, int], settings: StatisticsSettings) -> str | None:
    total = sum(groups.values())
    share = groups.get("head", 0) / total if total else 0.0
    if share <= settings.most_head:
        return None
    return (
        f"{share:.0%} of impressions go to the most popular {settings.head_share:.0%} of items, more than the "
        f"{settings.most_head:.0%} of EDGEWISE_STATISTICS_MOST_HEAD: raise diversity, or weigh popularity less."
    )


def _to_users(attributes: Mapping[str, Answers], settings: StatisticsSettings) -> str | None:
    """The four-fifths rule of the Uniform Guidelines on Employee Selection Procedures (1978), 4D, for rates of taking.

    Groups of few answers are not judged.
    """
    rates = {name: taken / given for name, (given, taken) in attributes.items() if given >= settings.least_answers}
    if len(rates) < 2:  # noqa: PLR2004 - it takes two to compare
        return None
    worst, best = min(rates, key=lambda name: (rates[name], name)), max(rates, key=lambda name: (rates[name], name))
    if rates[worst] >= settings.least_ratio * rates[best]:
        return None
    return (
        f"Users whose {settings.attribute} is {worst!r} take something from {rates[worst]:.1%} of their answers, those "
        f"with {best!r} from {rates[best]:.1%}: less than {settings.least_ratio:.0%} of it "
        "(EDGEWISE_STATISTICS_LEAST_RATIO). See which strategies serve them, and what is known of them."
    )
