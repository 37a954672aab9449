from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from gnn.evaluation.report import html_report
from gnn.evaluation.results import SettingsChoice
from gnn.evaluation.tables import time_in_words
from tests.worlds.judged import evaluated

CHOICES = (
    SettingsChoice("good", {"layers": 2}, "NDCG@10 of the newest preferences", 8, 12.5, includes_selection=True),
    SettingsChoice("bad", {}, seconds=3.0),
)
VOID = {"meta"}


class Page(HTMLParser):
    """The text of each element by its tag, and whether every tag is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data


@pytest.fixture(scope="module")
def report() -> str:
    return html_report(evaluated(choices=CHOICES))


def test_every_strategy_and_metric_is_in_the_tables(report: str) -> None:
    page = Page(report)
    assert not page.open
    heads = " ".join(page.texts["th"])
    for title in ("good", "bad", "NDCG@3", "Recall@5", "MAP@3", "MRR@3", "AUC", "Hit rate@5", "Cold recall@3"):
        assert title in heads
    for title in ("Coverage@3", "Gini@5", "Novelty@3", "Diversity@3", "Popularity bias@3"):
        assert title in heads


def test_values_stand_with_their_intervals_and_the_best_is_marked(report: str) -> None:
    found = evaluated().strategy("good").estimate("ndcg@3")
    assert found.value is not None
    assert found.lower is not None
    assert found.upper is not None
    interval = f"{found.lower:.4f} \N{EN DASH} {found.upper:.4f}"
    marked = f'<b>{found.value:.4f}</b><i class="above">\N{BLACK UP-POINTING TRIANGLE}</i><small>{interval}</small>'
    assert marked in report


def test_the_best_comes_first_whatever_was_asked_for_first() -> None:
    assert html_report(evaluated(("bad", "good"))).index("good has the highest NDCG@3") > 0
    assert "It is the baseline." in html_report(evaluated(("bad", "good")))


def test_the_page_needs_nothing_else(report: str) -> None:
    assert not re.search(r"<script|<link|<img|https?:|url\(|@import|src=", report)


def test_names_are_escaped() -> None:
    nasty = '<script>alert("x")</script> & co'
    made = evaluated((nasty, "bad"), (SettingsChoice(nasty, {nasty: nasty}, nasty),))
    page = html_report(replace(made, conditions=replace(made.conditions, dataset=nasty, split=nasty, notes=(nasty,))))
    assert "<script" not in page
    assert "&lt;script&gt;alert(" in page
    assert nasty in " ".join(Page(page).texts["th"])


def test_it_says_how_it_was_made_and_settings_were_chosen(report: str) -> None:
    text = " ".join(part for parts in Page(report).texts.values() for part in parts)
    for told in (
        "a small world",
        "Two splits at random.",
        "Nothing was dropped.",
        "vectors in memory",
        "split 7",
        "numpy 2",
        "cores 2",
        "50 bootstrap resamples of whole users (seed 1)",
        "best of 8 on NDCG@10 of the newest preferences",
        "12.5 s, selection and refit included",
        "3.0 s; nothing was selected",
        "never on test",
    ):
        assert told in text, told


def test_strategies_without_recorded_settings_are_named() -> None:
    assert "Nothing to choose, or not recorded: bad, good." in html_report(evaluated())


def test_auc_of_lists_is_pointed_out() -> None:
    made = evaluated()
    assert "comes from lists of limited length" not in html_report(made)
    listed = replace(made, strategies=tuple(replace(row, auc_exact=False) for row in made.strategies))
    assert "AUC of good, bad comes from lists of limited length" in html_report(listed)


@pytest.mark.parametrize(
    ("selection", "refit", "told"),
    [
        (True, True, "7.0 s, selection and refit included"),
        (True, False, "7.0 s for the selection, the refit not included"),
        (False, True, "7.0 s for the refit, the selection not included"),
    ],
)
def test_a_time_says_what_is_in_it(selection: bool, refit: bool, told: str) -> None:
    assert time_in_words(SettingsChoice("some", {}, "validation", 2, 7.0, selection, refit)) == told
    assert time_in_words(SettingsChoice("some", {}, "validation", 2)) == "not measured"


def test_one_strategy_alone_has_a_page() -> None:
    assert "It is the baseline." in html_report(evaluated(("good",)))
