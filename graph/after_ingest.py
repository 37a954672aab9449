"""What follows from new events, in one place for the API, the loaders and the nightly rebuild.

A pair's preference weighs the sum of its events' weights. An item's popularity is forward-decayed: the sum over its
positive events of `weight * 2^((at - 2000-01-01) / half-life)`, a number to which new events only ever add (Cormode,
Shkapenyuk, Srivastava and Xu 2009, Forward Decay: A Practical Time Decay Model for Streaming Systems). Divided by
`2^((asOf - 2000-01-01) / half-life)` it is the usual exponentially decayed count as of any moment.
"""

from __future__ import annotations

from graph.client import Graph, Transaction
from graph.day_marks import mark_days
from graph.event_batch import EventBatch
from graph.settings import PopularitySettings, PreferenceSettings

USERS_AT_ONCE = 500
ITEMS_AT_ONCE = 1_000
PREFERENCES_AT_ONCE = 10_000


def after_ingest(
    transaction: Transaction, batch: EventBatch, preferences: PreferenceSettings, popularity: PopularitySettings
) -> int:
    """Derive from events that this transaction has just created; returns how many pairs of user and item they touch.

    The transaction must hold the users' locks (`graph.ingest` takes them), else two writers could give one pair two
    preferences.
    """
    rows = transaction.run(
        "ingest/derive_from_events",
        itemIds=batch.item_ids,
        groups=batch.groups,
        **preferences.parameters(),
        **popularity.parameters(),
    )
    if batch.groups:
        mark_days(transaction, "events", batch.groups[0][0], batch.moments())
    return int(rows[0]["pairs"])


def rebuild_preferences(graph: Graph, preferences: PreferenceSettings) -> int:
    """Make every preference anew from the raw events, drop what no event stands behind; returns how many there are.

    Needed after the weights were changed or events were deleted; equal to what ingest derives one by one.
    """
    rows = graph.run_alone("maintain/rebuild_preferences", batchSize=USERS_AT_ONCE, **preferences.parameters())
    graph.run_alone("maintain/drop_baseless_preferences", batchSize=PREFERENCES_AT_ONCE)
    return int(rows[0]["pairs"])


def rebuild_popularity(graph: Graph, preferences: PreferenceSettings, popularity: PopularitySettings) -> int:
    """Make every item's popularity anew from the raw events; returns how many items have one.

    Needed after the weights or the half-life were changed or events were deleted.
    """
    rows = graph.run_alone(
        "maintain/rebuild_popularity",
        batchSize=ITEMS_AT_ONCE,
        **preferences.parameters(),
        **popularity.parameters(),
    )
    return int(rows[0]["items"])
