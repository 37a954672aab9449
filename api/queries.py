"""What clients may ask."""

from __future__ import annotations

import strawberry
from strawberry import ID

from api.answers import Answer, KindAnswer, Showing, load_answer, load_answers_by_kind
from api.arguments import (
    By,
    Excluded,
    First,
    Kinds,
    Session,
    SessionId,
    Strategy,
    Tags,
    Track,
    Weights,
    Without,
    checked_ask,
    checked_list,
    checked_session,
)
from api.bandit import Arm, load_arms
from api.churn import ChurnRisk, LevelArgument, UsersAtRisk, load_churn_risk, load_churn_risks
from api.context import Asked
from api.cursors import After
from api.described import output, resolved
from api.event_log import Interactions, Which, load_interactions
from api.experiments import Assignment, Experiment, load_assignments, load_experiments
from api.features import (
    AsOf,
    Features,
    load_interaction_features,
    load_item_features,
    load_user_features,
)
from api.filters import Where, asked_filters
from api.items import Item, SimilarItem, item_of, load_item, load_similar
from api.ranking import Ids, Ranking, RankingInput, load_ranking, load_rankings
from api.reranking import RerankArgument
from api.search import Found, Searcher, Text, load_search
from api.statistics import (
    Buckets,
    Cohort,
    FirstDay,
    LastDay,
    StatisticsPage,
    load_retention,
    load_statistics,
)
from api.stats import Stats, load_stats
from api.trainings import Night, TrainingRun, load_nights, load_training_runs
from api.users import Me, User, load_user
from graph.days import Granularity


@output
class PopularItem:
    """An item that many like, recent events counting more."""

    item_id: strawberry.Private[str]
    score: float

    @resolved
    async def item(self, info: Asked) -> Item:
        """What is popular."""
        return await load_item(info, self.item_id)


@output
class Query:
    """What can be asked."""

    @resolved
    async def me(self, info: Asked) -> Me:
        """Who asks."""
        principal = info.context.principal
        return Me(kind=principal.kind, id=principal.id)

    @resolved
    async def user(self, info: Asked, id: ID) -> User | None:  # noqa: A002 — the argument's name in GraphQL
        """A user; null if there is none of this id."""
        checked_list(1, id=id)
        return await load_user(info, id)

    @resolved
    async def item(self, info: Asked, id: ID) -> Item | None:  # noqa: A002 — likewise
        """An item; null if there is none of this id."""
        checked_list(1, id=id)
        record = await info.context.loaders.items.load(id)
        return item_of(record) if record else None

    @resolved
    async def recommendations(  # noqa: PLR0917 — GraphQL passes arguments by name
        self,
        info: Asked,
        user_id: ID,
        first: First = 10,
        strategy: Strategy = None,
        kinds: Kinds = None,
        tags: Tags = None,
        exclude_ids: Excluded = None,
        where: Where = None,
        without_interactions: Without = None,
        weights: Weights = None,
        rerank: RerankArgument = None,
        *,
        track: Track = True,
    ) -> Answer:
        """What a user should see next; an unknown user gets what is popular, and a note that says so."""
        filters = await asked_filters(info, where, kinds, tags, exclude_ids)
        ask = checked_ask(user_id, first, filters, without_interactions, weights, rerank)
        return await load_answer(info, ask, strategy, Showing(track))

    @resolved
    async def session_recommendations(  # noqa: PLR0917 — likewise
        self,
        info: Asked,
        items: Session,
        first: First = 10,
        strategy: Strategy = None,
        kinds: Kinds = None,
        tags: Tags = None,
        exclude_ids: Excluded = None,
        where: Where = None,
        weights: Weights = None,
        rerank: RerankArgument = None,
        session_id: SessionId = None,
        *,
        track: Track = True,
    ) -> Answer:
        """What somebody should see next of whom nothing is known but what they have just seen; none of that comes."""
        filters = await asked_filters(info, where, kinds, tags, exclude_ids)
        ask = checked_session(items, first, filters, weights, rerank, session_id)
        return await load_answer(info, ask, strategy, Showing(track, session_id))

    @resolved
    async def recommendations_by_kind(  # noqa: PLR0917 — likewise
        self,
        info: Asked,
        user_id: ID,
        first: First = 10,
        strategy: Strategy = None,
        kinds: Kinds = None,
        where: Where = None,
        *,
        track: Track = True,
    ) -> list[KindAnswer]:
        """The same, with one list for each kind of item."""
        filters = await asked_filters(info, where, kinds)
        return await load_answers_by_kind(info, checked_ask(user_id, first, filters), strategy, Showing(track))

    @resolved
    async def similar_items(self, info: Asked, item_id: ID, first: First = 10, by: By = None) -> list[SimilarItem]:
        """Items similar to one, most similar first; UNKNOWN_ITEM if there is none of this id."""
        checked_list(first, itemId=item_id)
        await load_item(info, item_id)
        return await load_similar(info, item_id, first, by)

    @resolved
    async def popular_items(
        self, info: Asked, first: First = 10, kinds: Kinds = None, tags: Tags = None, where: Where = None
    ) -> list[PopularItem]:
        """What many like at the moment."""
        checked_list(first)
        filters = await asked_filters(info, where, kinds, tags)
        found = await info.context.offload(info.context.services.recommendations.popular, first, filters)
        return [PopularItem(item_id=one.item_id, score=one.score) for one in found]

    @resolved
    async def training_runs(self, info: Asked, first: First = 10) -> list[TrainingRun]:
        """The latest trainings, newest first; FORBIDDEN for others than admins."""
        checked_list(first)
        return await load_training_runs(info, first)

    @resolved
    async def nights(self, info: Asked, first: First = 10) -> list[Night]:
        """The latest runs of the nightly job, newest first; FORBIDDEN for others than admins."""
        checked_list(first)
        return await load_nights(info, first)

    @resolved
    async def experiments(self, info: Asked) -> list[Experiment]:
        """All experiments, the latest first; FORBIDDEN for others than admins."""
        return await load_experiments(info)

    @resolved
    async def assignments(self, info: Asked, user_id: ID) -> list[Assignment]:
        """What a user is shown in each experiment that goes on: for feature flags, and for what a frontend does."""
        return await load_assignments(info, user_id)

    @resolved
    async def search(  # noqa: PLR0917 — likewise
        self,
        info: Asked,
        text: Text,
        user_id: Searcher = None,
        first: First = 10,
        kinds: Kinds = None,
        strategy: Strategy = None,
    ) -> list[Found]:
        """Items by words of their title or description, those first that the user is likely to want."""
        return await load_search(info, text, user_id, first, kinds, strategy=strategy)

    @resolved
    async def interactions(
        self, info: Asked, where: Which = None, first: First = 10, after: After = None
    ) -> Interactions:
        """The log of what happened, newest first; FORBIDDEN for others than admins."""
        return await load_interactions(info, where, first, after)

    @resolved
    async def rank(
        self, info: Asked, user_id: ID, item_ids: Ids, strategy: Strategy = None, weights: Weights = None
    ) -> Ranking:
        """Items in the order in which a user is likely to want them: a search result, a shelf, a newsletter."""
        return await load_ranking(info, user_id, item_ids, strategy, weights)

    @resolved
    async def rank_batch(
        self, info: Asked, rankings: list[RankingInput], strategy: Strategy = None, weights: Weights = None
    ) -> list[Ranking]:
        """The same for several users at once."""
        return await load_rankings(info, rankings, strategy, weights)

    @resolved
    async def user_features(self, info: Asked, user_id: ID, as_of: AsOf = None) -> Features:
        """What models see of a user, as of a moment."""
        return await load_user_features(info, user_id, as_of)

    @resolved
    async def item_features(self, info: Asked, item_id: ID, as_of: AsOf = None) -> Features:
        """What models see of an item, as of a moment; its tags and similar items are those of now."""
        return await load_item_features(info, item_id, as_of)

    @resolved
    async def interaction_features(self, info: Asked, user_id: ID, item_id: ID, as_of: AsOf = None) -> Features:
        """What models see of a user and an item together, as of a moment."""
        return await load_interaction_features(info, user_id, item_id, as_of)

    @resolved
    async def churn_risk(self, info: Asked, user_id: ID) -> ChurnRisk | None:
        """How likely a user is to leave, and why; null if there is none of this id."""
        return await load_churn_risk(info, user_id)

    @resolved
    async def churn_risks(
        self, info: Asked, level: LevelArgument = None, first: First = 10, after: After = None
    ) -> UsersAtRisk:
        """The users most likely to leave; FORBIDDEN for others than admins."""
        return await load_churn_risks(info, level, first, after)

    @resolved
    async def arms(self, info: Asked) -> list[Arm]:
        """What auto knows of its arms, by group of users; FORBIDDEN for others than admins."""
        return await load_arms(info)

    @resolved
    async def statistics(  # noqa: PLR0917 — likewise
        self,
        info: Asked,
        from_: FirstDay,
        to: LastDay,
        granularity: Granularity = Granularity.DAY,
        limit: Buckets = 100,
        after: After = None,
    ) -> StatisticsPage:
        """What happened day by day, week by week or month by month; FORBIDDEN for others than admins."""
        return await load_statistics(info, from_, to, granularity, limit=limit, after=after)

    @resolved
    async def retention(self, info: Asked, first: First = 12) -> list[Cohort]:
        """Of those who came first in each of the newest weeks, who came again; FORBIDDEN for others than admins."""
        return await load_retention(info, first)

    @resolved
    async def stats(self, info: Asked) -> Stats:
        """Sizes of the graph, and what serves."""
        return await load_stats(info)
