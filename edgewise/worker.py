"""What one process of the API runs; several of them share a port under `edgewise serve --workers`."""

from __future__ import annotations

import logging

from fastapi import FastAPI
from threadpoolctl import threadpool_limits

from api.app import compose
from api.settings import ApiSettings
from edgewise.session import neo4j_settings
from graph.client import connect
from graph.settings import read_settings

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def make_app() -> FastAPI:
    """The application on the graph that the environment names, whose schema is up to date."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    # A second thread of BLAS would take the core that the database answers from, for a product of a millisecond.
    threadpool_limits(1, user_api="blas")
    graph = connect(neo4j_settings())
    return compose(graph, read_settings(ApiSettings), graph.close)
