"""One file per source of users, items and events, and the batched writing that they share."""
