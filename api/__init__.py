"""GraphQL over HTTP: a thin schema over `recommend` and `graph`."""
