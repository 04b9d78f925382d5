"""Says of each token what a name, a number or an address may show by; pure, and decides nothing.

A fact is a hash: of the word, of its class (shape, lists it stands in, role), of its beginning and
end. Lists are hints (redact_words.py); what counts, and how much, is learnt.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zlib import crc32

from agent.redact_tokens import Token
from agent.redact_words import CLINICAL, KNOWN, ORDINARY, flags_of, folded, named

NONE = 0
BIRTH = 1
"""What is announced by the words under `born` of names.toml, the first there."""
_ROLES = ("titles", "called", "labels", "relations", "near", "roles", "streets", "units", "bodies")
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温"
    "康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂"
    "成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谌欧司上诸夏皇尉公慕令宇长东端独南"
    "劉陳楊黃趙吳孫馬鄭謝許韓馮鄧蕭葉蘇呂盧鍾譚陸範賈韋鄒錢嚴龍賀顧"
)
# Everyday words that begin a name or a date too.
_MONTHS = (
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july"
    " august september october november december"
)
_PARTICLES = "de la da do dos di du van von der den al el bin bint dona"
_BEGINS = frozenset(f"{_MONTHS} {_PARTICLES}".split())
HAN_NUMBER = frozenset("零〇一二三四五六七八九十百两廿卅初")
_HAN_DATE = frozenset("年月日号生岁天周时分")
HAN_PLACE = frozenset("省市县区镇乡村路街道巷弄号楼栋幢座室单元里苑园庄屯组州旗门号樓層號")
_HAN_TITLE = frozenset("先生女士小姐太阿姨大爷妈伯娘奶爷叔婆老师同志医护主任教授院长药宝某")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a token by itself: hashes, and which number its word announces."""

    whole: int
    kind: int
    head: int
    tail: int
    label: int
    inert: bool
    street: bool = False


def number_of(*said: object) -> int:
    """Hash what is said of a token."""
    return crc32("\x1f".join(map(str, said)).encode())


PAD = Facts(number_of("pad"), number_of("pad", 1), NONE, NONE, NONE, False)


@lru_cache(maxsize=1)
def _roles() -> dict[str, int]:
    found: dict[str, int] = {}
    for bit, name in enumerate(_ROLES):
        for word in str(named()[name]).split():
            found[word] = found.get(word, 0) | 1 << bit
    return found


@lru_cache(maxsize=1)
def _announced() -> dict[str, int]:
    """Give the words that announce a number, by what they announce."""
    rows = named()["numbers"]
    return {w: place for place, key in enumerate(rows, 1) for w in rows[key].split()}


@lru_cache(maxsize=1)
def known_pairs() -> frozenset[str]:
    """Give the pairs of Chinese characters that stand in a word of the thesaurus or a therapy."""
    text = files("retrieval").joinpath("thesaurus.tsv").read_text("utf-8")
    text += files("agent").joinpath("therapies.txt").read_text("utf-8")
    words = re.findall("[\u4e00-\u9fff]{2,}", text)
    return frozenset(w[i : i + 2] for w in words for i in range(len(w) - 1))


def facts(token: Token) -> Facts:
    """Say what is known of a token by itself."""
    return _facts(token.text, token.kind)


@lru_cache(maxsize=16384)
def _facts(text: str, kind: str) -> Facts:
    if kind == "d":
        shape = f"d{min(len(text), 12)}{'0' if text[0] == '0' else ''}"
        small = text if len(text) < 3 else shape
        lead = number_of("lead", text[:2], len(text))
        return Facts(number_of(small), number_of(shape), lead, NONE, NONE, False)
    if kind == "h":
        return _han(text)
    if kind != "w":
        return Facts(number_of(text), number_of("sign", text), NONE, NONE, NONE, text not in "+(#")
    low = folded(text)
    flags, role = flags_of(text), _roles().get(low, 0)
    label = _announced().get(low, NONE)
    plain = text.islower() and text.isascii() and flags & KNOWN and not flags & ~KNOWN
    # A word in no list is like every other: what is learnt is its place, not the word.
    return Facts(
        number_of(low) if flags or role or label or len(low) < 4 else number_of("unknown"),
        number_of(_shape(text), flags & ~ORDINARY if flags & CLINICAL else flags, role, label),
        number_of("head", low[:3]),
        number_of("tail", low[-3:]),
        label,
        bool(plain) and len(low) > 1 and low not in _BEGINS,
        bool(role >> _ROLES.index("streets") & 1),
    )


def _han(char: str) -> Facts:
    sets = (SURNAMES, HAN_NUMBER, _HAN_DATE, HAN_PLACE, _HAN_TITLE)
    member = "".join("1" if char in one else "0" for one in sets)
    return Facts(number_of(char), number_of("han", member), NONE, NONE, NONE, False)


def _shape(text: str) -> str:
    script = "" if text.isascii() else "l" if ord(max(text)) < 0x250 else "o"
    if len(text) == 1:
        return script + ("A" if text.isupper() else "a")
    if text.islower():
        size = "short" if len(text) < 4 else ""
        return f"{script}a{size}"
    if text.isupper():
        return f"{script}AA{'short' if len(text) < 5 else ''}"
    if text[0].isupper() and text[1:].islower():
        return script + "Aa"
    return script + ("AaA" if text[0].isupper() else "mixed")
