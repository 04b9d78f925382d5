"""Tells where no Chinese name begins, by the characters around a place; pure.

A surname inside of a sentence, or one that is an everyday word, begins a name only where a label, a
title or the end of a clause says so. Knows no weights.
"""

from agent.redact_counts import ahead_of
from agent.redact_facts import SURNAMES, known_pairs
from agent.redact_tokens import TOKEN, Token

_DOUBLES = "欧阳 司马 上官 诸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 东方 端木 独孤 南宫"
DOUBLE = frozenset(_DOUBLES.split())
_ONLY_DOUBLE = frozenset("欧司上诸皇尉公慕令宇长东端独南")
# What may stand right before a name inside of a sentence.
_BEFORE = frozenset(
    "的是给请找问和与及由对跟叫为让据今昨向位名者人儿床室女子夫妻父母亲属员士生师医护爸妈哥姐弟妹爷奶姓"
    "小老阿系任单："
)
_LABELS = frozenset(["姓名", "名叫", "我叫", "他叫", "她叫", "叫做", "名字"])
_ANONYMOUS = frozenset(["患者", "病人", "患儿", "病员"])
# Surnames that are everyday words before which a clause begins.
_EVERYDAY = frozenset(
    "应时于方任何单向成明和连全关解高黄白金马史温常安左石张许曾简费房车路水游计甘阳农文项管包尤冷华江苏"
    "宁平麻施严边查周能从毛田雷段牛梅米余易齐经古"
)
_NEVER = frozenset("应时于任何单向成和连全")
# With these begin names of other languages that are written in Chinese.
_FAR = frozenset("阿买努艾吐热玛麦帕迪卡塔扎次洛丹尼多格桑旺")
_TITLES = frozenset("先女士小医主阿大老护教院某同师")
_AFTER = frozenset("男女的，,。；;、：:（(）)？?！! /|")
_NAME = 3


def is_no_chinese(tokens: list[Token], i: int) -> bool:
    """Tell whether a character begins no name: a word, or somebody who has none ("李某")."""
    char, after = tokens[i].text, ahead_of(tokens, i)
    before = "".join(t.text for t in tokens[max(0, i - 2) : i])
    if before in _LABELS:
        return False
    if char == "某":
        return True
    if not after or after[0].kind != "h":
        return char not in SURNAMES
    if after[0].text == "某":
        return before in _ANONYMOUS
    if any(t.text in "·•‧" for t in after):
        return False
    pair = char + after[0].text
    if pair in DOUBLE:
        return False
    inside = i > 0 and tokens[i].gap == TOKEN and tokens[i - 1].kind == "h"
    if char in _FAR and not inside:
        return False
    if char not in SURNAMES or char in _ONLY_DOUBLE or pair in known_pairs():
        return True
    if inside and tokens[i - 1].text not in _BEFORE:
        return not any(t.text in _TITLES for t in after[: _NAME - 1])
    return not inside and (char in _NEVER or (char in _EVERYDAY and not _is_closed(after)))


def _is_closed(after: list[Token]) -> bool:
    """Tell whether two or three characters stand by themselves: "高明，"."""
    for count in (1, 2):
        rest = after[count : count + 1]
        if not rest or rest[0].gap != TOKEN or rest[0].kind != "h" or rest[0].text in _AFTER:
            return True
        if rest[0].text in _TITLES:
            return True
    return False
