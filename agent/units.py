"""The units of clinical text, how they are written in English and Chinese, and their base; pure.

Knows nothing of numbers: it says what one of a unit is in its base (mg, mL, mmol, s, month, mm).
"""

import re
from fractions import Fraction
from functools import lru_cache

# One row: base unit, what one of these is in it, and how these are written.
_ROWS = """
mg 1000000 kg|kgs|kilos?|kilogram(?:me)?s?|千克|公斤
mg 1000 g|gms?|gram(?:me)?s?|克
mg 1 mgs?|milligram(?:me)?s?|毫克
mg 1/1000 [μu]g|mcgs?|micrograms?|microgrammes?|微克
mg 1/1000000 ng|nanograms?|纳克
mg 1/1000000000 pg|picograms?|皮克
mL 1000 l|lit(?:re|er)s?|升
mL 100 dl|decilit(?:re|er)s?|分升
mL 1 mls?|cc|cm\\^?3|millilit(?:re|er)s?|毫升
mL 1/1000 [μu]l|mm\\^?3|microlit(?:re|er)s?|微升
mL 1/1000000000000 fl
mmol 1000 mol|moles?|摩尔
mmol 1 mmols?|millimoles?|毫摩尔
mmol 1/1000 [μu]mol|micromoles?|微摩尔
mmol 1/1000000 nmol|nanomoles?|纳摩尔
mmol 1/1000000000 pmol
mEq 1 meq|毫当量
mOsm 1 mosmo?l?
mmHg 1 mm ?hg|毫米汞柱
kPa 1 kpa|千帕
cmH2O 1 cm ?h2o|厘米水柱
% 1 %|per ?cent
°C 1 ° ?c|oc|c|degrees celsius|degrees|deg ?c|摄氏度|度|°
°F 1 ° ?f
unit 1 units?|iu|u|international units?|国际单位|单位
unit 1/1000 mi?u
unit 1000000 mega ?units?
s 1 s|secs?|seconds?|秒
s 60 mins?|minutes?|分钟
s 3600 h|hrs?|hours?|小时
s 86400 d|days?|天|日龄?
s 604800 wks?|weeks?|w|周|星期
month 1 mths?|months?|mo|个月龄?|月龄?
month 12 years?|yrs?|yo|y/o|y|周岁|岁|年
mm 1000000 km|kilomet(?:re|er)s?
km2 1 km\\^?2|square kilomet(?:re|er)s?
mm 10 cms?|centimet(?:re|er)s?|厘米
mm 1 mm|millimet(?:re|er)s?|毫米
mm 1000 m|met(?:re|er)s?|米
m2 1 m\\^?2|square met(?:re|er)s?|平方米
tablet 1 tab(?:let)?s?|片
capsule 1 cap(?:sule)?s?|粒
puff 1 puffs?|inhalations?|吸|喷
drop 1 drops?|gtt|滴
dose 1 doses?|剂
sachet 1 sachets?|袋|包
ampoule 1 amp(?:oule|ule)?s?|支
vial 1 vials?|瓶
piece 1 suppositor(?:y|ies)|枚
times 1 times|次
fold 1 fold|倍
point 1 points?|分
breath 1 breaths?
beat 1 beats?
beat/min 1 bpm
cell 1 cells?
copy 1 cop(?:y|ies)
kcal 1 kcal|calories|千卡|大卡
kJ 1 kj
J 1 j|joules?|焦耳?
Hz 1 hz
grade 1 级
stage 1 期
type 1 型
"""
_UNITS = [
    (base, Fraction(factor), pattern)
    for base, factor, pattern in (row.split(" ", 2) for row in _ROWS.split("\n") if row)
]
_EACH = [re.compile(pattern, re.IGNORECASE) for _, _, pattern in _UNITS]
# Longest first, so that "mg" is not read as "m"; a Latin unit ends where its word ends.
_ALL = sorted((p for _, _, row in _UNITS for p in re.split(r"\|(?![^(]*\))", row)), key=len)
_LATIN = "|".join(
    p for p in reversed(_ALL) if p[-1] < "\x7f" and p not in ("%", "°") and p[0] < "一"
)
SIGNS = "|".join(p for p in reversed(_ALL) if p[0] >= "一" or p in ("%", "°"))
UNIT = rf"(?:(?:{_LATIN})(?![A-Za-z0-9])|{SIGNS})"
TIME = (
    r"(?:(?:s|secs?|seconds?|min(?:ute)?s?|h|hrs?|hours?|d|days?|wks?|weeks?|months?|years?)"
    r"(?![A-Za-z0-9])|小时|分钟|秒|天|日|周|个?月|年|晚)"
)
NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
TO = r" ?(?:-|~|to|至|到) ?(?:(?:<|less than|under|below) ?)?"
SPAN = rf"{NUMBER}(?:(?:{TO}| or ){NUMBER})?"
_DEN_ONE = (
    r"(?: ?[/·] ?每? ?\(?| per | ?每 ?| (?:an?|each) (?=day|week|month|hour|minute|dose)"
    r"| in (?:any |an? |each )?(?=24 ?h|1 day))"
    r" ?(?P<size>(?![0.]+(?![0-9.]))(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?)?"  # never nothing
    rf"(?P<of>{UNIT})(?: bw| body ?weight|体重)?\)?"
)
_DENOMINATOR = re.compile(_DEN_ONE, re.IGNORECASE)
DENOMINATOR = re.sub(r"\?P<\w+>", "?:", _DEN_ONE)


_MONTHS = {Fraction(1): "month", Fraction(12): "year"}
SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86400, "week": 604800}


@lru_cache(maxsize=512)
def scale(written: str) -> tuple[str, Fraction]:
    """Give the base unit and what one of `written` is in it; an unknown word is its own base."""
    word = written.strip(" -")
    if word in ("MU", "MIU"):
        return "unit", Fraction(1_000_000)
    for (base, factor, _), pattern in zip(_UNITS, _EACH, strict=True):
        if pattern.fullmatch(word):
            return base, factor
    return word, Fraction(1)


@lru_cache(maxsize=512)
def rate(written: str, denominators: str) -> tuple[str, Fraction]:
    """Fold a unit ("" for none) and what is under it ("/kg per day", "/100 mL", "/1.73 m^2").

    Returns:
        The base unit over its denominators, sorted, and what one is in it. Time is not converted
        (1 mg/h is not 24 mg/day), nor is an area with a size.
    """
    base_unit, factor = scale(written) if written else ("", Fraction(1))
    names: list[str] = []
    for m in _DENOMINATOR.finditer(denominators):
        size = Fraction((m["size"] or "1").strip())
        base, each = ("s", Fraction(60)) if m["of"] == "分" else scale(m["of"])
        amount = size * each
        if base == "s":
            name = next((n for n, s in SECONDS.items() if s == amount), f"{amount} s")
        elif base == "month":
            name = _MONTHS.get(amount, f"{amount} months")
        elif base == "m2":
            name = f"{float(amount):g}m2"
        else:
            name, factor = base, factor / amount
        names.append(name)
    return "/".join([base_unit, *sorted(names)]), factor
