"""Every error that Edgewise raises on purpose.

EdgewiseError
├── ConfigurationError          a setting or an environment variable is wrong
├── GraphError
│   ├── GraphUnavailable        no server answers, or it refuses the login
│   ├── UnsupportedServer       the server is older than 2026.02
│   ├── Conflict                a unique id was written by another at the same time
│   ├── Locked                  a job is already being done by another
│   ├── QueryFileError          a .cypher file breaks its contract
│   └── MigrationError          the recorded schema and the files disagree
├── EmbeddedError               the embedded server does not start, stop or recover
│   └── DistributionError       its jars cannot be had or fail their checksum
├── Forbidden                   who asks may not
├── InputError                  what was asked or sent is wrong
│   ├── SourceError             a file or folder is not of the expected form
│   ├── UnknownUser
│   ├── UnknownItem
│   └── UnknownStrategy
└── ModelError
    ├── HistoryTooShort         there is not enough of the past to learn from
    ├── ModelNotTrained         no active run serves this model
    └── TrainingUnavailable     the packages that train are not installed
"""

from __future__ import annotations

from collections.abc import Sequence


class EdgewiseError(Exception):
    """Root of the tree. The message says what was wrong and what to do next."""

    code = "EDGEWISE_ERROR"


class ConfigurationError(EdgewiseError):
    """A setting or an environment variable is wrong."""

    code = "CONFIGURATION"


class GraphError(EdgewiseError):
    """Something between Edgewise and Neo4j went wrong."""

    code = "GRAPH"


class GraphUnavailable(GraphError):
    """No server answers at the address, or it refuses the login."""

    code = "GRAPH_UNAVAILABLE"


class GraphTimeout(GraphError):
    """A query took longer than it was given."""

    code = "GRAPH_TIMEOUT"


class UnsupportedServer(GraphError):
    """The server is too old for the Cypher that Edgewise uses."""

    code = "UNSUPPORTED_SERVER"


class Conflict(GraphError):
    """A unique id was written by another at the same time; doing it again finds theirs."""

    code = "CONFLICT"


class Locked(GraphError):
    """A job is already being done by another process."""

    code = "LOCKED"


class QueryFileError(GraphError):
    """A .cypher file breaks the contract of its header."""

    code = "QUERY_FILE"


class MigrationError(GraphError):
    """A migration that was applied has since been changed or removed."""

    code = "MIGRATION"


class EmbeddedError(EdgewiseError):
    """The embedded server does not start, stop or recover."""

    code = "EMBEDDED"


class DistributionError(EmbeddedError):
    """The server's jars cannot be downloaded or fail their checksum."""

    code = "DISTRIBUTION"


class Forbidden(EdgewiseError):
    """Who asks may not."""

    code = "FORBIDDEN"


class InputError(EdgewiseError):
    """What was asked or sent is wrong; nothing was changed. `problems` lists each one where there may be several."""

    code = "BAD_INPUT"

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class SourceError(InputError):
    """A file or folder is not of the form that its loader expects."""

    code = "BAD_SOURCE"


class UnknownUser(InputError):
    """No user has this id."""

    code = "UNKNOWN_USER"


class UnknownItem(InputError):
    """No item has this id."""

    code = "UNKNOWN_ITEM"


class UnknownStrategy(InputError):
    """No strategy has this name."""

    code = "UNKNOWN_STRATEGY"


class ModelError(EdgewiseError):
    """A learned model cannot be trained or served."""

    code = "MODEL"


class HistoryTooShort(ModelError):
    """There is not enough of the past to learn from."""

    code = "HISTORY_TOO_SHORT"


class SlotHeld(ModelError):
    """A model cannot be trained now, since an experiment has both of its slots served."""

    code = "SLOT_HELD"


class ModelNotTrained(ModelError):
    """No active run serves this model."""

    code = "MODEL_NOT_TRAINED"


class TrainingUnavailable(ModelError):
    """The packages that train models are not installed."""

    code = "TRAINING_UNAVAILABLE"
