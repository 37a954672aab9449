"""`edgewise recommend`: answers in the terminal, without the API."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from edgewise.session import open_graph
from graph.catalog import items_by_id
from graph.records import Explanation, Item
from recommend.protocol import Answer, Ask, Filters
from recommend.serving import serving_service

app = typer.Typer()


@app.command()
def recommend(
    user: Annotated[str, typer.Argument(help="Id of the user; an unknown one gets what is popular.")],
    first: Annotated[int, typer.Option(min=1, max=50, help="How many.")] = 10,
    strategy: Annotated[
        str | None, typer.Option(help="Strategy; default: EDGEWISE_RECOMMEND_DEFAULT_STRATEGY.")
    ] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only items of this kind; may be given again.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only items with this tag; may be given again.")] = None,
) -> None:
    """Show what a user should see next, and why.

    Example: edgewise recommend 42 --first 5 --tag Comedy
    """
    with open_graph() as graph:
        service = serving_service(graph)
        filters = Filters(tuple(kind or ()), tuple(tag or ()))
        ask = Ask(user, first, filters)
        answer = service.recommend([ask], strategy)[0]
        found = items_by_id(graph, [one.item_id for one in answer.recommendations])
        reasons = service.explain([(ask, one.item_id, one.strategy) for one in answer.recommendations])
    Console().print(answer_table(answer, found, reasons))


def answer_table(answer: Answer, found: dict[str, Item], reasons: list[Explanation | None]) -> Table:
    """An answer with titles and reasons, best first."""
    caption = escape(answer.note) if answer.note else f"from {answer.layer}"
    table = Table(
        "", "title", "kind", "score", "strategy", "why", title=escape(f"For {answer.user_id}"), caption=caption
    )
    for one, reason in zip(answer.recommendations, reasons, strict=True):
        item = found.get(one.item_id)
        title, kind = (item.title or item.id, item.kind) if item else (one.item_id, "")
        sentence = reason.sentence if reason else ""
        table.add_row(
            str(one.position), escape(title), escape(kind), f"{one.score:.3f}", one.strategy, escape(sentence)
        )
    return table
