# One image for the API and the trainer: the same environment as `make demo` makes.
FROM python:3.12-slim
WORKDIR /edgewise
COPY pyproject.toml uv.lock README.md ./
COPY cypher cypher
COPY graph graph
COPY recommend recommend
COPY loaders loaders
COPY gnn gnn
COPY api api
COPY edgewise edgewise
RUN python edgewise/environment.py \
    && useradd --create-home --uid 10001 edgewise
USER edgewise
ENV PATH=/edgewise/.venv/bin:$PATH
ENTRYPOINT ["edgewise"]
