"""Training data and recipes in the agent's own format; knows nothing of the serving stack."""
