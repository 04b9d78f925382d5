"""The texts of what stands beside an answer, in English and Chinese; knows nothing of drawing."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class CardWords:
    """One language's texts; the braces name what is filled in."""

    also: str
    also_note: str
    kinds: Mapping[str, str]
    differ: str
    differ_note: str
    differs: Mapping[str, str]
    older: str
    older_note: str
    now: str
    before: str
    published: str
    undated: str
    strength: str
    certainty: str
    ungraded: str
    pointer_differ: str
    pointer_also: str
    pointer_older: str
    join: str


_ENGLISH = CardWords(
    also="Also in this section: not in the answer above",
    also_note="Read these before acting. They stand in the same section of the guideline.",
    kinds={
        "contraindication": "Do not",
        "red flag": "Refer or return",
        "stop rule": "Stop or reduce",
        "maximum": "Maximum",
        "monitoring": "Monitor",
    },
    differ="Guidelines differ: {what}",
    differ_note="Both are current and answer this question. Neither is preferred here: decide "
    "which applies to this patient and where you work.",
    differs={
        "dose": "dose", "interval": "how often", "duration": "how long", "timing": "when",
        "speed": "how fast", "age": "age", "weight": "weight", "ratio": "ratio",
        "threshold": "threshold or target", "direction": "whether to do it",
        "first choice": "first choice",
    },
    older="An older edition said otherwise: {what}",
    older_note="If you remember the older text, it no longer holds.",
    now="Now",
    before="Before: do not use",
    published="published {date}",
    undated="date not known",
    strength="Strength: {strength}",
    certainty="Certainty: {certainty}",
    ungraded="Strength not stated",
    pointer_differ="Guidelines differ on this ({what}): see below.",
    pointer_also="Warnings of the same section, not in the lines below: {n}, listed after them.",
    pointer_older="An older edition said otherwise ({what}): see below.",
    join=", ",
)  # fmt: skip

_CHINESE = CardWords(
    also="同一章节中，上面的回答未提到：",
    also_note="处置前请先阅读。以下各行与所引内容同属一节。",
    kinds={
        "contraindication": "禁忌",
        "red flag": "转诊或复诊",
        "stop rule": "停药或减量",
        "maximum": "上限",
        "monitoring": "监测",
    },
    differ="指南不一致：{what}",
    differ_note="两部均为现行指南，且都回答了此问题。此处不作取舍：请判断哪一部适用于该患者和您所在机构。",
    differs={
        "dose": "剂量", "interval": "给药间隔", "duration": "疗程", "timing": "时机",
        "speed": "给药速度", "age": "年龄", "weight": "体重", "ratio": "比例",
        "threshold": "阈值或目标", "direction": "是否采用", "first choice": "首选药物",
    },
    older="旧版内容不同：{what}",
    older_note="如果您记得的是旧版，它已不再适用。",
    now="现行",
    before="旧版：勿用",
    published="{date} 发布",
    undated="发布日期不详",
    strength="推荐强度：{strength}",
    certainty="证据确定性：{certainty}",
    ungraded="未注明推荐强度",
    pointer_differ="各指南对此不一致（{what}）：见下文。",
    pointer_also="同一章节另有 {n} 条警示未列入以下各行，见其后。",
    pointer_older="旧版内容不同（{what}）：见下文。",
    join="、",
)  # fmt: skip


def card_words(code: str) -> CardWords:
    """Give the texts of a language, English where the code is unknown."""
    return _CHINESE if code == "zh" else _ENGLISH
