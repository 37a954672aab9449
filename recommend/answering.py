"""Answers whatever happens: layers within time budgets and behind breakers, and what was popular last if all fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from graph.budget import within
from graph.errors import GraphError, GraphUnavailable, ModelNotTrained
from graph.records import Scored
from recommend.breaker import Breaker
from recommend.fallback import LayerFailed
from recommend.last_known import LAST_KNOWN, LastKnown
from recommend.pins import base_of
from recommend.protocol import Answer, Ask, Recommendation
from recommend.service import RecommendationService, check_first
from recommend.settings import AnsweringSettings
from recommend.single_flight import StillLoading

LOGGER = logging.getLogger(__name__)
DATABASE = "the database"


class Answering:
    """Asks `service`; see `recommend`. `clock` gives monotonic seconds. Safe to share between threads."""

    def __init__(
        self,
        service: RecommendationService,
        last_known: LastKnown,
        settings: AnsweringSettings,
        clock: Callable[[], float],
    ) -> None:
        self.settings = settings
        self._service = service
        self._last_known = last_known
        self._clock = clock
        self._lock = threading.Lock()
        self._breakers: dict[str, Breaker] = {}

    def recommend(self, asks: Sequence[Ask], strategy: str | None = None) -> list[Answer]:
        """One answer per ask, in order, as RecommendationService.recommend gives it where all goes well.

        A layer that is slow, broken or resting is passed over. Where the database does not answer, what was popular
        last is recommended, and the note says so. Raises UnknownStrategy and InputError.
        """
        for ask in asks:
            check_first(ask.first)
        database = self._breaker(DATABASE)
        if not database.allows():
            return self.last_known(asks, strategy)
        try:
            with within(self.settings.seconds):
                answers = self._service.recommend(asks, strategy, self._attempt)
        except (GraphError, StillLoading) as error:
            LOGGER.warning("answered by what was popular last: %s", error)
            database.failed()
            return self.last_known(asks, strategy)
        except BaseException:
            database.succeeded()  # it was not the database's fault
            raise
        database.succeeded()
        return answers

    def gave_up(self) -> None:
        """Nobody waits any longer for an answer that has not come."""
        self._breaker(DATABASE).failed()

    def last_known(self, asks: Sequence[Ask], strategy: str | None = None) -> list[Answer]:
        """What was popular when the database last answered. No round trip."""
        at = self._last_known.popular().at
        told = f"The database does not answer at the moment: this was popular on {at:%Y-%m-%d at %H:%M} UTC."
        name = self._service.default_strategy if strategy is None else strategy
        return [
            Answer(ask.user_id, name, LAST_KNOWN, _numbered(found), None, told, degraded=True)
            for ask, found in zip(asks, self._last_known.candidates(self._service.prepared(asks)), strict=True)
        ]

    def learn(self) -> None:
        """Keep what is popular now. Raises GraphError."""
        self._last_known.learn(self._service.most_popular(self.settings.last_known_items))

    def _attempt(self, layer: str, find: Callable[[], list[list[Scored]]]) -> list[list[Scored]]:
        breaker = self._breaker(base_of(layer))
        if not breaker.allows():
            raise LayerFailed(f"{layer} rests, since it failed {self.settings.breaker_failures} times.")
        try:
            with within(self.settings.layer_seconds):
                found = find()
        except (GraphUnavailable, StillLoading):
            raise
        except ModelNotTrained:
            breaker.succeeded()
            raise
        except Exception as error:
            breaker.failed()
            LOGGER.exception("the layer %s failed; the next one answers", layer)
            raise LayerFailed(f"{layer} failed: {error}") from error
        breaker.succeeded()
        return found

    def _breaker(self, name: str) -> Breaker:
        with self._lock:
            if name not in self._breakers:
                settings = self.settings
                self._breakers[name] = Breaker(settings.breaker_failures, settings.breaker_seconds, self._clock)
            return self._breakers[name]


def _numbered(found: Sequence[Scored]) -> tuple[Recommendation, ...]:
    return tuple(Recommendation(one.item_id, one.score, position, LAST_KNOWN) for position, one in enumerate(found, 1))
