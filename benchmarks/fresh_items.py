"""What placing by content is worth to items that a training has not seen."""

from __future__ import annotations

from benchmarks.arrivals import COUNTS, Arrivals
from benchmarks.fresh_bench import METRIC, FreshBench
from benchmarks.held_likes import item_matrix
from benchmarks.placing_forms import CHOSEN, PlacingForms
from graph.models import MODELS


def arrivals(bench: FreshBench) -> None:
    """Choose a form on one fifth of the items, report on another."""
    reported, choosing = Arrivals.fifths(bench.data, bench.settings.seed)
    kept = ~(reported.all_users() | choosing.all_users())
    for model in MODELS:
        learned = bench.trained(model, kept)
        _choose(bench, model, PlacingForms(bench.data, bench.contents, learned, kept, choosing))
        _judge(bench, model, PlacingForms(bench.data, bench.contents, learned, kept, reported))


def _choose(bench: FreshBench, model: str, forms: PlacingForms) -> None:
    means: dict[str, float] = {}
    for name, vectors in forms.all():
        _, values = forms.new.judge(forms.new.by_vectors(forms.learned, vectors), 0)
        means[name] = float(values.mean())
        bench.row(f"{model} {name}", f"chosen by: {METRIC}, new items", means[name])
    best = max(means, key=lambda name: means[name])
    bench.console.print(f"{model}: best on the items to choose by is {best}; {CHOSEN} serves. {means}")


def _judge(bench: FreshBench, model: str, forms: PlacingForms) -> None:
    """Each way on the same lists; popularity orders nothing here, since all arrivals have as many likes."""
    new = forms.new
    ways = {
        f"{model} placed": new.by_vectors(forms.learned, forms.chosen()),
        "popular by tags": forms.popular_tags(),
        "tag profiles": forms.tag_profiles(),
        "any order": forms.any_order(bench.settings.seed),
    }
    for count in COUNTS:
        anew = {}
        if count:
            again = bench.trained(model, forms.kept | new.first_users(count))
            vectors, _ = item_matrix(again, bench.data.item_ids)
            anew = {f"{model} trained anew": new.by_vectors(again, vectors[new.items])}
        judged = {case: new.judge(scorer, count) for case, scorer in (ways | anew).items()}
        (users, _), *_ = judged.values()
        bench.compare(users, {case: own for case, (_, own) in judged.items()}, f"new items, {count} likes")
