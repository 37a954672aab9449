"""Learned models: trained from the graph, written back to it."""
