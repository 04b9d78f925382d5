"""Benchmarks, runs and scores of what the agent shows; knows nothing of training."""
