"""The demo's answer is drawn as the graph holds it."""

from __future__ import annotations

from edgewise.demo_answer import path_text


def test_a_path_is_drawn_with_the_direction_of_its_relationships() -> None:
    path = {
        "nodes": [{"title": "you"}, {"title": "Heat"}, {"title": "another user"}, {"title": "Casino"}],
        "edges": [
            {"type": "PREFERS", "forward": True},
            {"type": "PREFERS", "forward": False},
            {"type": "PREFERS", "forward": True},
        ],
    }
    assert path_text(path) == "(you) -[PREFERS]-> (Heat) <-[PREFERS]- (another user) -[PREFERS]-> (Casino)"


def test_a_path_of_one_node_is_that_node() -> None:
    assert path_text({"nodes": [{"title": "Heat"}], "edges": []}) == "(Heat)"
