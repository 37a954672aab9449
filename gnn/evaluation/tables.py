"""The tables of an evaluation's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from gnn.evaluation.intervals import Estimate
from gnn.evaluation.markup import Child, element
from gnn.evaluation.metric_words import MetricWords, best_of
from gnn.evaluation.plots import in_words
from gnn.evaluation.results import Evaluation, SettingsChoice, StrategyResult
from gnn.evaluation.user_groups import EVERYONE

DASH = "\N{EN DASH}"


def metric_table(evaluation: Evaluation, words: Sequence[MetricWords], top_k: int) -> ET.Element:
    """Strategies by metrics over all users: values, intervals, the best of each, and what differs from the baseline."""
    columns = [metric for metric in words if _is_known(evaluation, metric, top_k)]
    best = {
        metric: best_of(metric, (row.estimate(metric.at(top_k)).value for row in evaluation.strategies))
        for metric in columns
    }
    body = [
        [_name(evaluation, row), *(_cell(evaluation, row, metric, top_k, best[metric]) for metric in columns)]
        for row in evaluation.strategies
    ]
    heads = [element("th", metric.titled(top_k), title=metric.meaning, scope="col") for metric in columns]
    return _table([element("th", "Strategy", scope="col"), *heads], body)


def group_table(evaluation: Evaluation) -> ET.Element:
    """Who is in which group of users."""
    body = []
    for name, size in evaluation.groups.items():
        known = size.least_train_pairs is not None
        pairs = f"{size.least_train_pairs:,} to {size.most_train_pairs:,}" if known else DASH
        body.append(_cells(name, f"{size.users:,}", f"{size.judged:,}", pairs))
    return _words(("Users", "Different users", "Judged", "Train pairs"), body)


def split_table(evaluation: Evaluation) -> ET.Element:
    """Pairs of each split."""
    sizes = enumerate(evaluation.splits, 1)
    body = [_cells(str(number), f"{size.train_pairs:,}", f"{size.test_pairs:,}") for number, size in sizes]
    return _words(("Split", "Train pairs", "Test pairs"), body)


def choice_table(choices: Iterable[SettingsChoice]) -> ET.Element:
    """How the settings of each strategy were chosen."""
    body = []
    for choice in choices:
        settings = ", ".join(f"{name} {value}" for name, value in choice.settings.items()) or DASH
        how = "fixed beforehand" if choice.chosen_on is None else f"best of {choice.tried:,} on {choice.chosen_on}"
        body.append(_cells(choice.strategy, how, time_in_words(choice), settings))
    return _words(("Strategy", "Settings chosen", "Time", "Settings"), body)


def time_in_words(choice: SettingsChoice) -> str:
    """A time and whether it includes the selection of settings and the refit on all of train."""
    if choice.seconds is None:
        return "not measured"
    seconds = f"{choice.seconds:,.1f} s"
    if choice.chosen_on is None:
        return f"{seconds}; nothing was selected"
    if choice.includes_selection and choice.includes_refit:
        return f"{seconds}, selection and refit included"
    if choice.includes_selection:
        return f"{seconds} for the selection, the refit not included"
    return f"{seconds} for the refit, the selection not included"


def pairs_table(facts: dict[str, str]) -> ET.Element:
    """Names and values."""
    return _words((), [_cells(name, value) for name, value in facts.items()])


def _cells(name: str, *texts: str) -> list[ET.Element]:
    """Cells of a row, the first naming it."""
    return [element("th", name, scope="row"), *map(_plain, texts)]


def _plain(text: str) -> ET.Element:
    return element("td", text, class_="text")


def _words(titles: Sequence[str], body: Iterable[Sequence[Child]]) -> ET.Element:
    """A table of words, aligned at the left."""
    return _table([element("th", title, scope="col") for title in titles], body, class_="words")


def _table(head: Sequence[Child], body: Iterable[Sequence[Child]], class_: str = "figures") -> ET.Element:
    rows = [element("tr", *row) for row in body]
    thead = element("thead", element("tr", *head)) if head else None
    return element("div", element("table", thead, element("tbody", *rows), class_=class_), class_="scroll")


def _is_known(evaluation: Evaluation, metric: MetricWords, top_k: int) -> bool:
    """Whether it is defined for any strategy; diversity is not where nothing is known of items."""
    return any(row.estimate(metric.at(top_k)).value is not None for row in evaluation.strategies)


def _name(evaluation: Evaluation, row: StrategyResult) -> ET.Element:
    mark = element("span", "baseline", class_="tag") if row.strategy == evaluation.baseline else None
    return element("th", row.strategy, mark, scope="row")


def _cell(
    evaluation: Evaluation, row: StrategyResult, metric: MetricWords, top_k: int, best: float | None
) -> ET.Element:
    name = metric.at(top_k)
    estimate = row.estimate(name)
    if estimate.value is None:
        return element("td", DASH, title="not defined")
    difference = row.differences.get(EVERYONE, {}).get(name)
    shown = f"{estimate.value:.{metric.digits}f}"
    value = element("b", shown) if estimate.value == best else element("span", shown)
    interval = None
    if estimate.lower is not None and estimate.upper is not None:
        interval = element("small", f"{estimate.lower:.{metric.digits}f} {DASH} {estimate.upper:.{metric.digits}f}")
    attributes = {"class_": "best" if estimate.value == best else ""}
    if difference is not None and difference.value is not None:
        attributes["title"] = f"Minus {evaluation.baseline}: {in_words(difference, metric.digits)}"
    return element("td", value, _sign(difference), interval, **attributes)


def _sign(difference: Estimate | None) -> ET.Element | None:
    """An arrow where the interval of a paired difference leaves out 0."""
    if difference is None or difference.lower is None or difference.upper is None:
        return None
    if difference.lower > 0:
        return element("i", "▲", class_="above")
    return element("i", "▼", class_="below") if difference.upper < 0 else None
