"""The nightly job: named steps with dependencies, under a lock, recorded in the graph."""
