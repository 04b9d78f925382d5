"""From a question to an answer whose every sentence is cited; knows nothing of scoring."""
