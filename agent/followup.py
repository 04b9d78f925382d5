"""Turn a follow-up question into one that stands alone, from the conversation's questions; pure.

No model is asked: the earlier question is put before the new one, and the reader sees the result.
"""

import re
from collections.abc import Sequence

from guidelines.text import is_cjk
from retrieval.lexical import terms

_CUE = re.compile(
    r"^\s*(?:and|or|but|so|also|then|what about|how about|what if|what else|why|even|only|"
    r"in (?:that|this) case|if (?:so|not|he|she|they|it|this|that)|same)\b"
    r"|\b(?:it|its|that one|this one|those|these|them|they|same (?:dose|drug|patient))\b"
    r"|^(?:那|如果|还有|但是|要是|同样|换成|这种|该药|它)|呢[？?]?\s*$",
    re.IGNORECASE,
)
_FEW_TERMS = 2


def standalone(question: str, earlier: Sequence[str]) -> tuple[str, bool]:
    """Give the question to search for, and whether it leans on an earlier one.

    Args:
        question: As the person typed it.
        earlier: The conversation's earlier stand-alone questions, oldest first.
    """
    question = question.strip()
    if not earlier:
        return question, False
    words = terms(question)
    chinese = sum(is_cjk(c) for c in question) > 4
    few = len(set(words)) <= (6 if chinese else _FEW_TERMS)
    if not few and not _CUE.search(question):
        return question, False
    return f"{earlier[-1]} {question}", True
