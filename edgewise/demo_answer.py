"""The one query that the demo asks over HTTP, and its answer as a person would like to read it."""

from __future__ import annotations

from typing import Any

import httpx
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from graph.errors import EdgewiseError

HISTORY = 5
QUERY = """
query Demo($user: ID!, $history: Int!) {
  user(id: $user) {
    id
    preferences(first: $history) { weight item { title } }
    recommendations(first: 5) {
      layer
      note
      recommendations {
        position
        score
        strategy
        item { title tags { name } similar(first: 2) { item { title } reasons { sentence } } }
        reasons { sentence path { nodes { label title } edges { type forward } } }
      }
    }
  }
}
"""


def ask(address: str, user: str) -> dict[str, Any]:
    """The user's part of the answer to QUERY. Raises EdgewiseError with the API's own words if it is an error."""
    variables = {"user": user, "history": HISTORY}
    answer = httpx.post(f"{address}/graphql", json={"query": QUERY, "variables": variables}, timeout=60).json()
    if answer.get("errors"):
        raise EdgewiseError("; ".join(error["message"] for error in answer["errors"]))
    found: dict[str, Any] | None = answer["data"]["user"]
    if found is None:
        raise EdgewiseError(f"The graph has no user {user}; load something first: edgewise load --help")
    return found


def rendered(user: dict[str, Any]) -> RenderableType:
    """The answer as a table with a tree of similar items, and what the user liked above it."""
    liked = ", ".join(_title(one["item"]) for one in user["preferences"])
    answer = user["recommendations"]
    table = Table(title=f"For user {user['id']}, who likes {escape(liked)}", title_justify="left", show_lines=True)
    for column in ("", "title", "score", "strategy"):
        table.add_column(column, justify="right" if column == "score" else "left", no_wrap=column == "strategy")
    table.add_column("why, and by which path", ratio=1)
    similar = Tree("And similar to these")
    for one in answer["recommendations"]:
        table.add_row(str(one["position"]), _entry(one["item"]), f"{one['score']:.3f}", one["strategy"], _why(one))
        branch = similar.add(escape(_title(one["item"])))
        for other in one["item"]["similar"]:
            sentences = "; ".join(reason["sentence"] for reason in other["reasons"])
            branch.add(f"{escape(_title(other['item']))}  [dim]{escape(sentences)}[/]")
    return Group(table, *([escape(answer["note"])] if answer["note"] else []), similar)


def _entry(item: dict[str, Any]) -> str:
    tags = ", ".join(tag["name"] for tag in item["tags"][:4])
    return f"{escape(_title(item))}\n[dim]{escape(tags)}[/]"


def _why(recommendation: dict[str, Any]) -> str:
    return "\n".join(
        f"{escape(reason['sentence'])}\n[dim]{escape(path_text(reason['path']))}[/]"
        for reason in recommendation["reasons"]
    )


def path_text(path: dict[str, Any]) -> str:
    """A path as Cypher draws it: (you) -[PREFERS]-> (Heat) <-[…]- (…)."""
    nodes = [node["title"] for node in path["nodes"]]
    parts = [f"({nodes[0]})"] if nodes else []
    for edge, title in zip(path["edges"], nodes[1:], strict=True):
        left, right = ("-", "->") if edge["forward"] else ("<-", "-")
        parts.append(f"{left}[{edge['type']}]{right} ({title})")
    return " ".join(parts)


def _title(item: dict[str, Any]) -> str:
    return str(item["title"] or "untitled")
