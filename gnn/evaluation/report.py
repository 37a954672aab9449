"""An evaluation as one page of HTML that needs nothing else: no network, no script, light and dark."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from gnn.evaluation.markup import Child, element, page
from gnn.evaluation.metric_words import ACCURACY, BEYOND_ACCURACY
from gnn.evaluation.plots import Panel, dot_plot, in_words, scatter
from gnn.evaluation.results import Evaluation, StrategyResult
from gnn.evaluation.tables import choice_table, group_table, metric_table, pairs_table, split_table
from gnn.evaluation.user_groups import COLD, EVERYONE

STYLE = Path(__file__).with_suffix(".css")
NDCG = ACCURACY[0]


def html_report(evaluation: Evaluation) -> str:
    """The page as text: every strategy by every metric with intervals, plots, and how it all came about."""
    # One order and one colour per strategy throughout: the best comes first.
    ranked = replace(
        evaluation, strategies=tuple(sorted(evaluation.strategies, key=lambda row: _goal(evaluation, row)))
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"Evaluation of {evaluation.conditions.dataset}"),
        element("style", STYLE.read_text(encoding="utf-8")),
    )
    main = element(
        "main", *_header(ranked), _accuracy(ranked), _groups(ranked), _beyond(ranked), _choices(ranked),
        _conditions(ranked), _meanings(),
    )  # fmt: skip
    return page(element("html", head, element("body", main), lang="en"))


def _goal(evaluation: Evaluation, row: StrategyResult) -> tuple[float, str]:
    return -(row.estimate(NDCG.at(evaluation.top_ks[0])).value or 0.0), row.strategy


def _header(evaluation: Evaluation) -> list[ET.Element]:
    facts = {
        "strategies": len(evaluation.strategies),
        "users": evaluation.groups[EVERYONE].users,
        "test pairs": sum(size.test_pairs for size in evaluation.splits),
        "splits": len(evaluation.splits),
        "items in the catalogue": evaluation.catalogue,
    }
    tiles = [element("div", element("b", f"{n:,}"), element("span", name), class_="tile") for name, n in facts.items()]
    title = element("h1", f"How well strategies recommend on {evaluation.conditions.dataset}")
    made = f"Edgewise evaluation · {evaluation.conditions.made_at:%d %B %Y, %H:%M} UTC"
    about = element("p", evaluation.conditions.about, class_="soft") if evaluation.conditions.about else None
    lead = element("p", _verdict(evaluation), class_="lead")
    return [
        element("header", element("p", made, class_="kind"), title, lead, about),
        element("div", *tiles, class_="tiles"),
    ]


def _verdict(evaluation: Evaluation) -> str:
    top_k = evaluation.top_ks[0]
    name, title = NDCG.at(top_k), NDCG.titled(top_k)
    first = evaluation.strategies[0]
    told = f"{first.strategy} has the highest {title}: {in_words(first.estimate(name))}."
    difference = first.differences.get(EVERYONE, {}).get(name)
    if difference is None:
        return told + " It is the baseline."
    sure = difference.lower is not None and difference.lower > 0
    told += f" That is {in_words(difference)} more than {evaluation.baseline}, the baseline, user by user"
    return told + ("." if sure else ", which may be chance.")


def _accuracy(evaluation: Evaluation) -> ET.Element:
    level = f"{evaluation.resampling.level:.0%}"
    top_k = evaluation.top_ks[0]
    name, title = NDCG.at(top_k), NDCG.titled(top_k)
    rows = evaluation.strategies
    panels = [
        Panel(f"{title}, {level} interval", [row.estimate(name) for row in rows]),
        Panel(f"Minus {evaluation.baseline}", [row.differences.get(EVERYONE, {}).get(name) for row in rows], zero=True),
    ]
    tables = [
        part
        for k in evaluation.top_ks
        for part in (element("h3", f"The first {k} positions"), metric_table(evaluation, ACCURACY, k))
    ]
    legend = (
        f"Small figures are {level} intervals; the best of a column is shaded. ▲ and ▼: the paired difference to "
        f"{evaluation.baseline} is above or below 0 by its whole interval. Every ranking is of the full catalogue."
    )
    plot = dot_plot(_names(evaluation), panels, shared=False)
    return _section("Accuracy", plot, *tables, element("p", legend, class_="note"), _auc_note(evaluation))


def _auc_note(evaluation: Evaluation) -> ET.Element | None:
    lists = [row.strategy for row in evaluation.strategies if not row.auc_exact]
    if not lists:
        return None
    told = f"AUC of {', '.join(lists)} comes from lists of limited length: what they leave out counts as tied."
    return element("p", told, class_="note")


def _groups(evaluation: Evaluation) -> ET.Element:
    name, title = NDCG.at(evaluation.top_ks[0]), NDCG.titled(evaluation.top_ks[0])
    groups = [group for group, size in evaluation.groups.items() if size.judged and group != EVERYONE]
    panels = [
        Panel(
            f"{group}: {evaluation.groups[group].users:,} users",
            [r.estimate(name, group) for r in evaluation.strategies],
        )
        for group in groups
    ]
    told = (
        f"{title} by how many train pairs a user has: low, medium and high are terciles of those who are not {COLD}, "
        f"who have none or few. Cold recall in the tables above tells how items fare that have none or few."
    )
    plot = dot_plot(_names(evaluation), panels, shared=True, digits=3) if panels else None
    return _section("By what is known of users", element("p", told), plot, group_table(evaluation))


def _beyond(evaluation: Evaluation) -> ET.Element:
    top_k = evaluation.top_ks[0]
    rows = evaluation.strategies
    up = [row.estimate(NDCG.at(top_k)).value for row in rows]
    plots: list[Child] = []
    for words in BEYOND_ACCURACY:
        across = [row.estimate(words.at(top_k)).value for row in rows]
        if words.name != "gini" and any(value is not None for value in across):
            plots.append(scatter(_names(evaluation), across, up, words.titled(top_k), NDCG.titled(top_k)))
    tables = [
        part
        for k in evaluation.top_ks
        for part in (element("h3", f"The first {k} positions"), metric_table(evaluation, BEYOND_ACCURACY, k))
    ]
    told = (
        "Coverage and Gini belong to all lists together and have no interval: resampled users are fewer, so their "
        "lists cover less. Both depend on how many users were asked."
    )
    return _section(
        "Beyond accuracy", element("div", *plots, class_="pair"), *tables, element("p", told, class_="note")
    )


def _choices(evaluation: Evaluation) -> ET.Element:
    told = "Settings are chosen on a validation part of train, or fixed beforehand; never on test."
    silent = {row.strategy for row in evaluation.strategies} - {choice.strategy for choice in evaluation.choices}
    left_out = f"Nothing to choose, or not recorded: {', '.join(sorted(silent))}." if silent else None
    table = choice_table(evaluation.choices) if evaluation.choices else None
    note = element("p", left_out, class_="note") if left_out else None
    return _section("How settings were chosen", element("p", told), table, note)


def _conditions(evaluation: Evaluation) -> ET.Element:
    made, how = evaluation.conditions, evaluation.resampling
    intervals = (
        f"Intervals are percentiles of {how.resamples:,} bootstrap resamples of whole users (seed {how.seed}): one "
        "user's values in several splits and for several strategies stay together. They tell how far other users of "
        "the same kind would move the figures, not how far another seed of a training would."
    )
    facts = {
        "Asked": made.asked,
        "Seeds": _listed(made.seeds) or "none told",
        "Hardware": _listed(made.hardware) or "none told",
        "Versions": _listed(made.versions) or "none told",
    }
    return _section(
        "How this was measured",
        element("p", made.split),
        split_table(evaluation),
        element("p", intervals),
        *(element("p", note, class_="note") for note in made.notes),
        pairs_table(facts),
    )


def _meanings() -> ET.Element:
    entries = [
        part
        for words in (*ACCURACY, *BEYOND_ACCURACY)
        for part in (element("dt", words.title), element("dd", words.meaning))
    ]
    return _section("What the metrics mean", element("dl", *entries))


def _section(title: str, *children: Child) -> ET.Element:
    return element("section", element("h2", title), *children)


def _names(evaluation: Evaluation) -> list[str]:
    return [row.strategy for row in evaluation.strategies]


def _listed(facts: dict[str, str] | dict[str, int] | dict[str, str | int | float]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())
