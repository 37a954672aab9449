"""Pseudonyms: the same under one salt, nothing to do with each other under two, and only for people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.pseudonyms import LENGTH, Pseudonyms

ONE, OTHER = Pseudonyms(b"one salt of them"), Pseudonyms(b"another salt too")


@given(st.text(), st.text())
def test_distinct_ids_get_distinct_pseudonyms_of_one_length(first: str, second: str) -> None:
    assert (ONE.of("User", first) == ONE.of("User", second)) == (first == second)
    assert len(ONE.of("User", first)) == LENGTH
    assert ONE.of("User", first) != OTHER.of("User", first)


def test_only_people_are_hidden() -> None:
    assert ONE.of("Item", "heat") == "heat"
    assert ONE.of("Tag", "noir") == "noir"
    assert ONE.of("Creator", "Mann") != ONE.of("User", "Mann")
    assert Pseudonyms(None).of("User", "ann") == "ann"
