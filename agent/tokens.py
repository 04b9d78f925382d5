"""How many tokens a text costs the served model, estimated without its tokenizer; pure.

The tokenizer lives in the server's process. The weights were fitted to SmolLM2's, which cuts every
digit and most of Chinese apart, and lean upwards: a budget must not be overrun. The vocabularies
of larger models need fewer.
"""

import re

# Tokens of a word by its letters: everyday words are one, drug names are cut in three or four.
_WORD = (1.0, 1.0, 1.1, 1.15, 1.15, 1.15, 1.15, 1.2, 1.3, 1.5, 1.65, 1.75, 1.9, 2.1, 2.4, 4.0)
_LETTERS = re.compile(r"[A-Za-z]+")
# A heading in capitals is cut every two or three letters.
_CAPITALS = re.compile(r"\b[A-Z]{4,}\b")
# A space before a digit is a token of its own; before a word it belongs to the word.
_DIGITS = re.compile(r"\s?[0-9]")
_SIGN = re.compile(r"[!-/:-@\[-`{-~\n]")
_OTHER = re.compile(r"[^\x00-\x7f]")
_CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff]")
_PER_CAPITAL, _PER_SIGN, _PER_CHINESE, _PER_OTHER = 0.5, 0.95, 2.15, 1.5
_UPWARDS = 1.05


def tokens(text: str) -> int:
    """Estimate the tokens of a text, one at least."""
    words = sum(map(_of_word, _LETTERS.findall(text)))
    words += sum(len(w) * _PER_CAPITAL - _of_word(w) for w in _CAPITALS.findall(text))
    digits = sum(map(len, _DIGITS.findall(text)))
    chinese = len(_CHINESE.findall(text))
    other = len(_OTHER.findall(text)) - chinese
    signs = len(_SIGN.findall(text)) * _PER_SIGN
    total = words + digits + signs + chinese * _PER_CHINESE + other * _PER_OTHER
    return max(1, round(_UPWARDS * total + 0.5))


def _of_word(word: str) -> float:
    return _WORD[min(len(word), len(_WORD)) - 1]
