"""Passages, their index, and its generations; knows nothing of language models or LangChain."""
