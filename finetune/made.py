"""Makes annotated texts out of patterns: identifiers of many countries, by dice; pure.

A form is written with # for a digit, @ for a capital letter and words in <> for what is drawn.
Knows nothing of training.
"""

import random
import re
from collections.abc import Callable

from agent.redact_numbers import nhs
from agent.redact_words import named
from finetune.variants import given_han, invented, surname_han

Dice = random.Random
_MONTHS = "January February March April May June July August September October November December"
_ROADS = (
    "Road Rd Street St Lane Ln Avenue Ave Crescent Close Drive Dr Way Court Place Terrace Gardens"
    " Gdns Grove Square Hill Row Walk Boulevard Blvd Parade Mews Rise View Park Highway Loop Quay"
)
_HOUSES = "House Cottage Lodge Farm Tower Court Mansions Heights Care~Home Nursing~Home Hostel Barn"
_PLACES = (
    "Mill Oak Church Station High Park Victoria Albert Queen King Acacia Maple Cedar Elm Bridge"
    " Castle River Abbey Manor Orchard Spring Meadow Harbour Market Long Old New West East North"
    " South Chapel Thistle Kestrel Heron"
)
_TOWNS = (
    "Leeds Hull York Otley Wem Bath Derby Accra Lagos Ibadan Kano Abuja Nairobi Durban Soweto"
    " Dublin Cork Galway Pune Delhi Mysuru Penang Ipoh Dayton Austin Tulsa Boise Perth Hobart"
    " Cairns Napier Oslo Turin Lyon Ghent Porto"
)
_CITIES = "北京 上海 广州市 杭州市 成都市 武汉市 东莞市 苏州市 西安市 郑州市 南京 重庆 长沙市"
_AREAS = "文华 建设 解放 人民 中山 和平 新华 幸福 长江 东风 工业 学府 滨江 花园 金桂 翠竹 湖滨 朝阳"
_NUMERALS = "零一二三四五六七八九"
_CODES = (
    "#####|######|#######|########|####|@#####|@@######|@@@####|@-#####|@@-#######|@@@/#####/@"
    "|### ###|##-##-###|######/##|@ ### ###|##.@@.######|#######/#|# # # # # #|##.#######"
    "|### ### ##|@####@|##@#######|@@-##-####|@@@ ##### ##|#-#####|@###-##|@/####/##"
)
_IDENTITIES = (
    "#########|###########|############|#############|###-##-####|#### #### ####|####-####-####"
    "|@########|@@#######|### ### ###|###.###.###-##|#####-#######-#|###### #### ###"
    "|###-####-#######-#|#### ##### #|################|########@|AB######C|QQ ## ## ## C"
    "|######-####|##########|#@@#-@@#-@@##|#### ##### # / #"
)
_PHONES = (
    "07### ######|07#########|07###-###-###|07### # ## # # #|+44 7### ######|+447#########"
    "|0### ### ####|020 #### ####|(###) ###-####|###-###-####|###.###.####|+1 ### ### ####"
    "|+234 80# ### ####|080# ### ####|+91 9#### #####|+353 ## ### ####|+61 4## ### ###"
    "|0 # # # # # # # # # #|0## ### ####|+254 7## ######|(0###) ### ####|0#### #####"
    "|01### ######|### ####|+27 8# ### ####|0##.###.####|04## ### ###|00 44 7### ######"
)
_ADDRESSES = (
    "<number> <road>|<number> <road>, <town>|<number> <road>, <town>, <post>|<flat>, <number> "
    "<road>, <town>|<house>, <town>|<house>, <road>, <town>|<flat>, <house>, <town>|<number> "
    "<road> <town> <post>|<number>, <road>, <town>|<road> <number>, <town>|<number> <house>, "
    "<town>|<post>|<flat> <house>|P.O. Box ####, <town>|the caravan <place>, <town>|the old "
    "rectory, <town>|<number> <road>, <town> #####|<number> Jalan <place>, <town>|<place>str. "
    "<number>, ##### <town>|<number> rue <place>, <town>|House <number>, <road>, <town>|<house>"
    " by <town>|<flat>, <road>|<road>, no <number>|<flat>, <number> <road>, <town> @@ "
    "#####|narrowboat <place>, <town>"
)
_HAN = (
    "<road>#号|<road>##弄#号###室|<area>小区#栋#单元###|<road>某小区#幢|<area>村#组|<road>宿舍@座"
    "|<area>村|<area>新村##号楼"
)


def _pick(words: str, dice: Dice) -> str:
    return dice.choice(words.split())


def _formed(forms: str, dice: Dice) -> str:
    """Draw a form and fill its digits and letters."""
    digit, letter = "123456789", "ABCDEFGHKMNPRSTXZ"
    return "".join(
        dice.choice("0" + digit) if c == "#" else dice.choice(letter) if c == "@" else c
        for c in dice.choice(forms.split("|"))
    )


def given(dice: Dice) -> str:
    """Give a first name."""
    draw = dice.random()
    if draw < 0.15:
        return invented(dice).title()
    return _pick(str(named()["doubtful" if draw < 0.3 else "first"]), dice).title()


def surname(dice: Dice) -> str:
    """Give a surname, often one that is a word or a disease's too."""
    draw = dice.random()
    if draw < 0.3:
        return invented(dice).title()
    if draw < 0.4:
        return _pick(str(named()["eponyms"]), dice).title()
    if draw < 0.47:
        start = dice.choice(("O'", "Mc", "Mac", "D'", "Ó ", "Ní ", "Ap "))
        return start + invented(dice).title()
    last = _pick(str(named()["last"]), dice).title()
    return f"{last}-{invented(dice).title()}" if draw < 0.53 else last


def full(dice: Dice) -> str:
    """Give a whole name in one of its forms."""
    first, last, other = given(dice), surname(dice), given(dice)
    letter = dice.choice("ABCDEFGHJKLMNOPRSTW")
    particle = dice.choice(("van der", "de la", "bin", "al", "von", "dos", "van", "de"))
    forms = (
        f"{first} {last}", f"{letter}. {last}", f"{letter} {last}", f"{last.upper()}, {first}",
        f"{last}, {first}", f"{first} {particle} {last}", f"{first} {letter} {last}",
        f"{first} {last}".lower(), f"{first} {last}".upper(), f"{first} {other} {last}",
        f"{first}-{other} {last}",
    )  # fmt: skip
    return dice.choices(forms, (40, 6, 6, 8, 5, 7, 6, 8, 4, 6, 4))[0]


def birth(dice: Dice) -> str:
    """Give a date of birth."""
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1925, 2024)
    name, sign, two = _MONTHS.split()[month - 1], dice.choice("//-..  "), f"{year % 100:02d}"
    short = dice.choice([name[:3], name[:3].lower(), name, name.lower()])
    d, m = f"{day:02d}", f"{month:02d}"
    return dice.choice([
        f"{d}{sign}{m}{sign}{year}", f"{day}{sign}{month}{sign}{two}", f"{year}-{m}-{d}",
        f"{year}/{month}/{day}", f"{year}.{m}.{d}", f"{day} {short} {year}", f"{day} {short} {two}",
        f"{short} {day}, {year}", f"{day}-{short}-{year}", f"{day}th {name} {year}",
        f"{day}th of {name} {year}", f"{short} {year}", f"{year}", f"{d}{m}{year}", f"{year}{m}{d}",
        f"{d}{m}{two}", f"{month}/{day}/{year}", f"{day} / {month} / {year}", f"{short}-{year}",
        f"'{two}", f"{m}/{year}", f"{d} {m} {two}",
    ])  # fmt: skip


def birth_han(dice: Dice) -> str:
    """Give a date of birth in Chinese."""
    day, month, year = dice.randint(1, 28), dice.randint(1, 12), dice.randint(1930, 2022)
    said, one = "".join(_NUMERALS[int(c)] for c in str(year)), _NUMERALS[dice.randint(1, 9)]
    return dice.choice([
        f"{year}年{month}月{day}日", f"{year}年{month}月", f"{year % 100}年{month}月{day}号",
        f"{said}年{_NUMERALS[dice.randint(1, 9)]}月初{one}", f"{said[2:]}年十月{one}日",
        f"{year}-{month:02d}-{day:02d}", f"{year}/{month}/{day}", f"{year}.{month}.{day}",
        f"{year}{month:02d}{day:02d}", f"{said}年腊月{one}", f"{said[2:]}年{one}月初{one}",
        f"{year}年",
    ])  # fmt: skip


def health(dice: Dice) -> str:
    """Give an NHS number that passes its check, or does not, as they are typed."""
    for _ in range(40):
        digits = "".join(dice.choice("0123456789") for _ in range(10))
        if nhs(digits) or dice.random() < 0.03:
            break
    if dice.random() < 0.08:
        return f"{digits[:6]} {digits[6:]}"
    return dice.choice(["", " ", " ", "-", "."]).join((digits[:3], digits[3:6], digits[6:]))


def address(dice: Dice) -> str:
    """Give an address."""
    place = _pick(_PLACES, dice) if dice.random() < 0.6 else invented(dice).title()
    more = f"{_pick(_PLACES, dice)} " if dice.random() < 0.25 else ""
    flat = _pick("Flat Unit Apt Room flat No Plot Block Lot", dice)
    drawn = {
        "<number>": f"{dice.randint(1, 340)}{dice.choice(['', '', '', 'a', 'b', 'B'])}",
        "<road>": f"{more}{place} {_pick(_ROADS, dice)}",
        "<town>": _pick(_TOWNS, dice) if dice.random() < 0.7 else invented(dice).title(),
        "<post>": _pick("LS CF NE M SW G", dice) + _formed("# #AB|## #DL|## #FG", dice),
        "<house>": f"{place} {_pick(_HOUSES, dice).replace('~', ' ')}",
        "<flat>": f"{flat} {dice.randint(1, 60)}{dice.choice(['', '', 'A', 'C'])}",
        "<place>": place,
    }
    made = re.sub(r"<\w+>", lambda m: drawn[m[0]], _formed(_ADDRESSES, dice))
    return made.lower() if dice.random() < 0.15 else made


def address_han(dice: Dice) -> str:
    """Give a Chinese address."""
    area = _pick(_AREAS, dice)
    zone = dice.choice(["西湖区", "徐汇区", "海淀区", "南山区", f"{area}镇", f"{area}县", ""])
    road = _pick(_AREAS, dice) + _pick("路 街 大道 巷 弄 二路 东路", dice)
    rest = _formed(_HAN, dice).replace("<road>", road).replace("<area>", area)
    return _pick(_CITIES, dice) + zone + rest


def name_han(dice: Dice) -> str:
    """Give a Chinese name."""
    return surname_han(dice) + "".join(given_han(dice) for _ in range(dice.choice([1, 2, 2, 2])))


def mail(dice: Dice) -> str:
    """Give a mail address as it is said."""
    host = dice.choice(["example dot org", "mail dot example dot com", "clinic dot net"])
    return f"{given(dice).lower()} dot {invented(dice)} at {host}"


def _of(forms: str) -> Callable[[Dice], str]:
    return lambda dice: _formed(forms, dice)


SLOTS: dict[str, tuple[str, Callable[[Dice], str]]] = {
    "n": ("name", full), "f": ("name", given), "l": ("name", surname), "N": ("name", name_han),
    "S": ("name", surname_han), "b": ("date of birth", birth), "B": ("date of birth", birth_han),
    "r": ("record number", _of(_CODES)), "h": ("NHS number", health), "m": ("e-mail", mail),
    "i": ("ID number", _of(_IDENTITIES)), "p": ("phone", _of(_PHONES)), "a": ("address", address),
    "A": ("address", address_han), "o": ("number", _of(_CODES)),
}  # fmt: skip


def filled(pattern: str, dice: Dice) -> tuple[str, list[tuple[int, int, str]]]:
    """Fill the slots of a pattern; the text, and where what identifies stands."""
    text, spans = "", []
    for piece in re.split(r"(<[a-zA-Z]>)", pattern):
        if len(piece) == 3 and piece[0] == "<" and piece[1] in SLOTS:
            kind, make = SLOTS[piece[1]]
            value = make(dice)
            spans.append((len(text), len(text) + len(value), kind))
            text += value
        else:
            text += piece.replace("\\n", "\n")
    return text, spans


def renumbered(text: str, dice: Dice) -> str:
    """Give a text other digits of the same length."""
    return "".join(dice.choice("123456789") if c in "123456789" else c for c in text)
