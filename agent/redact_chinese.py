"""Finds Chinese names, places and labelled numbers at one place of a text; pure.

A surname alone is no sign: it begins a name only after a label or a relation, before a title, or
where sex and age follow. What the thesaurus or the list below knows as a word is none.
"""

import re
from functools import lru_cache
from importlib.resources import files

from agent.redact_numbers import ADDRESS, BORN, DATE, ID, MAIL, PHONE, RECORD, Hit

REACH = 48
_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|司徒|夏侯|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|东方|端木|独孤|南宫|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程"
    "苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温"
    "康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂"
    "成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谌])"
)
_COMPOUND = frozenset(re.findall("[\u4e00-\u9fff]{2}", _SURNAME.partition("[")[0]))
_GIVEN = "[\u4e00-\u9fff]"
_TITLE = (
    "(?:先生|女士|小姐|太太|阿姨|大爷|大妈|大伯|大娘|奶奶|爷爷|叔叔|婆婆|老师|同志|师傅|医生"
    "|医师|大夫|主任|护士|护师|教授|院长|药师|小朋友|宝宝|同学|夫妇|某某)"
)
_POLITE = ("先生", "女士", "小姐", "太太", "阿姨", "大爷", "大妈", "奶奶", "爷爷", "叔叔")
_WHO = (
    "(?:患者|患儿|病人|病患|病员|产妇|孕妇|姓名|名字|联系人|家属|监护人|父亲|母亲|父母|爸爸|妈妈"
    "|丈夫|妻子|老公|老婆|爱人|配偶|儿子|女儿|长子|次子|长女|次女"
    "|哥哥|弟弟|姐姐|妹妹|孙子|孙女|外孙|外孙女|之子|之女|之母|之父|之妻|之夫|伴侣|女婿|儿媳"
    "|保姆|护工|名叫|叫做|我叫|他叫|她叫|签名|签字|署名|主管医生|主治医师|经治医师|医师|医生"
    "|主任|患者姓名|供者|受者|其子|其女|其母|其父|其妻|其夫)"
)
_END = (
    r"(?=[，,。；;：:、（(）)\s　|/\d\"'”’？?！!的因于要来说问今昨现拟在是已曾自诉称述男女有患对"
    r"服住近也和与及]|$)"
)
_AFTER = (
    r"(?=[，,、（(\s　]{0,2}(?:男|女|\d{1,3}\s?(?:岁|个?月|天|床)|性别|年龄|出生|住院号|身份证"
    r"|电话))"
)
_NAMED = re.compile(
    rf"{_WHO}(?:姓名|名字|签名)?(?P<sep>[\s：:，,、（(\"“是叫为]{{0,3}})"
    rf"(?P<name>{_SURNAME}{_GIVEN}{{1,2}}){_END}"
)
_LABEL = re.compile(
    rf"(?:姓名|名字|患者姓名|联系人|签名|签字|署名|名叫|我叫|他叫|她叫)[\s：:\"“]{{0,3}}"
    rf"(?P<name>[\u4e00-\u9fff]{{2,4}}){_END}"
)
_TITLED = re.compile(rf"(?P<name>{_SURNAME}{_GIVEN}{{0,2}}?){_TITLE}")
_AGED = re.compile(rf"(?P<name>{_SURNAME}{_GIVEN}{{1,2}}){_AFTER}")
_OWNER = re.compile(
    rf"(?P<name>{_SURNAME}{_GIVEN}{{1,2}}?)(?=的(?:血|肌酐|检查|检验|化验|病情|丈夫|妻子|父|母"
    rf"|女|儿|结果|药|尿|体温|心率|用药|肝|肾))"
)
_FAMILIAR = re.compile(
    rf"(?P<name>[老小阿]{_SURNAME}{_GIVEN}?)(?=[，,。、\s（(]|的|今|昨|血|说|问|家|来|需|要|这)"
)
_DOTTED = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,7}(?:[·•‧][\u4e00-\u9fff]{2,7}){1,3})(?!综合征|病|征|定律|染色"
    r"|反应|[^，,。\s]{0,3}(?:综合征|病|征))"
)
_ADDRESS = re.compile(
    r"(?:家庭住址|住址|地址|现住址|家住|住在|现住|居住于|居住在|户籍地?|户口)[\s：:]{0,2}"
    r"(?P<a>[\u4e00-\u9fffA-Za-z0-9#·\-－—]{3,40})"
)
_PLACE = re.compile(
    r"(?=[\u4e00-\u9fff]{3,20}\s?\d{1,5}\s?[号弄栋幢单])"
    r"(?P<a>(?:[\u4e00-\u9fff]{2,3}省)?(?:[\u4e00-\u9fff]{2,3}市)?(?:[\u4e00-\u9fff]{2,3}[区县])?"
    r"[\u4e00-\u9fff]{2,5}(?:路|街|巷|弄|道|胡同|里|村|小区|新村|花园|公寓|苑)"
    r"\s?\d{1,5}\s?(?:号楼|号|弄|栋|幢|单元)(?:[\d\-－A-Za-z]{0,6}(?:号楼|栋|幢|楼|单元|室|户"
    r"|号)){0,4})"
)
_NUMBERED = tuple(
    (re.compile(rf"(?:{words})(?:号码?|编号)?[\s：:为是]{{0,3}}(?P<v>{value})"), kind)
    for words, value, kind in (
        (
            "住院|病历|病案|门诊|登记|就诊卡|就诊|病人|患者|检查|住院病历|档案|标本|条码",
            r"(?=[A-Za-z\-]{0,6}\d)[A-Za-z0-9\-]{4,24}",
            RECORD,
        ),
        (
            "身份证|证件|医保卡|医保|社保卡|社保|护照|居住证|军官证|港澳通行证|台胞证|保单|参保",
            r"(?=[A-Za-z\-]{0,6}\d)[A-Za-z0-9\-]{5,24}",
            ID,
        ),
        ("电话|手机|联系方式|联系电话|座机|致电|手机号|来电", r"\+?\d(?:[\s\-]?\d){6,13}", PHONE),
        ("微信|微信号|QQ|qq", r"[A-Za-z0-9_\-]{5,24}", MAIL),
        ("出生日期|出生年月日?|出生时间|出生|生于|生日|出生于", DATE, BORN),
    )
)
# Words that begin with a surname's character, after the words for patients most of all.
_NO_NAME = re.compile(
    "^(?:高[热血危龄度烧钾钠钙脂敏压位渗频流糖尿烈]|黄[疸染斑体色芪芩连]|白[细带蛋天内斑色血癜]"
    "|金[黄葡属]|马[上尾桑]|何[时种首处]|方[可案法便面剂式]|安[静全定置慰装]|常[规见有用]|史|左["
    "侧心室下上肺肾眼肢手足耳右]"
    "|单[纯侧用药次发独核]|时[有常间而]|于|文[化]|石[膏]|田|余|万[古]|张[口力]|明[显确]|和|成[人"
    "年]|连[续]|全[身部程麻]|应[用该激]|关[节注于]|管|包[括块]|解[除热痉释黑]|温[度]|尤[其]|向"
    "|项|游|路|车|武|任[何]|许[可多]"
    "|程[度]|严[重格]|曾[有经用因行]|付|钱|段|雷|龙|向|汤|康[复]|施[行]|易[激怒疲]|申[请]|季"
    "|季节|华[法]|简[易单]|麻[木醉疹痹]|边|查[体血房]|封|迟[发]|荣|商|景|古|吉|司[美]|艾[滋迪]"
    "|苏[醒]|夏|阳[性痿]|农[药民]|房[颤扑室]|甘[油露]"
    "|梅[毒]|江|林|胡[言]|吴|江|唐[氏]|孔|冷|费[用]|米|柏|宗|桂|师|沙|丛|毕|童|宁|尚[未可无]"
    "|符[合]|舒[张]|欧|兰|焦[虑]|殷|莫|毛[细]|顾|陶|贺|江|侯|覃|戴|庄|章|鲁|倪|颜[面色]|乔|祝|纪"
    "|凌|盛|曲|冉|蓝|辛|齐|伍|葛|邢|牛[奶皮]|樊|庞|聂)"
)
_PART = re.compile(
    "某|患|病|症|痛|炎|热|癌|药|者|术|史|型|期|性|血|压|糖|尿|肺|肝|肾|心|胃|肠|脑|骨|剂|量|应"
    "|用|治|疗|诊|断|需|何|吗|怎|什|么|是否|能否|可以|不|无|有|为|被|行|后|前|时|的|了|在|出现"
    "|给予|服|院|科|检|查|该|每|如|若|与|或|及|伴|岁|月|日|年"
)
_BEFORE = frozenset("的是给请找问和与及由对跟叫为让据今昨请向位名者人儿床室")
_DOT = re.compile("[·•‧]")
_HAS_PLACE = re.compile(r"\d|[路街村镇区县市省]")
_LABELS = frozenset(
    word[:2]
    for word in re.findall(
        "[\u4e00-\u9fff]{2,}",
        _WHO + _ADDRESS.pattern + _LABEL.pattern + "".join(p.pattern for p, _ in _NUMBERED),
    )
)
_BEFORE_PLACE = frozenset("住在于址为是到往自来")
_SURNAMES = frozenset(re.findall("[\u4e00-\u9fff]", _SURNAME)) | frozenset("老小阿")


@lru_cache(maxsize=1)
def _words() -> frozenset[str]:
    """Give the Chinese words of the thesaurus and of the therapies."""
    text = files("retrieval").joinpath("thesaurus.tsv").read_text("utf-8")
    text += files("agent").joinpath("therapies.txt").read_text("utf-8")
    return frozenset(re.findall("[\u4e00-\u9fff]{2,}", text))


def _is_name(name: str, *, sure: bool) -> bool:
    known = _words()
    if name in known or (name[:2] in known and len(name) == 2):
        return False
    if name[1:] in ("某", "某某", "XX") or "某" in name:
        return False
    if name[:2] in _COMPOUND:
        return sure or not _PART.search(name[2:])
    return sure or not (_NO_NAME.match(name) or _PART.search(name[1:]))


def chinese(text: str, at: int, end: int) -> Hit | None:
    """Find what begins at this Chinese character, within REACH characters."""
    end = min(end, at + REACH)
    if text[at : at + 2] in _LABELS and (hit := _announced(text, at, end)) is not None:
        return hit
    if _DOT.search(text, at, min(end, at + 9)) and (m := _DOTTED.match(text, at, end)):
        return (*m.span("name"), "name")
    inside = at > 0 and "\u4e00" <= text[at - 1] <= "\u9fff"
    placed = not inside or text[at - 1] in _BEFORE_PLACE
    if placed and (m := _PLACE.match(text, at, end)):
        return (*m.span("a"), ADDRESS)
    return _surnamed(text, at, end, inside=inside) if text[at] in _SURNAMES else None


def _announced(text: str, at: int, end: int) -> Hit | None:
    """Find what a label or a relation announces."""
    for pattern, kind in _NUMBERED:
        if m := pattern.match(text, at, end):
            return (*m.span("v"), kind)
    if (m := _ADDRESS.match(text, at, end)) and _HAS_PLACE.search(m["a"]):
        return (*m.span("a"), ADDRESS)
    for pattern in (_LABEL, _NAMED):
        if (m := pattern.match(text, at, end)) and _is_name(m["name"], sure=False):
            return (*m.span("name"), "name")
    return None


def _surnamed(text: str, at: int, end: int, *, inside: bool) -> Hit | None:
    """Find a name by its surname and by the title, the age or the finding after it."""
    for pattern in (_TITLED, _AGED, _FAMILIAR, _OWNER):
        m = pattern.match(text, at, end)
        if m is None:
            continue
        name = m["name"]
        if inside and text[at - 1] not in _BEFORE and (pattern is not _TITLED or len(name) == 1):
            continue  # "主管医生", "病程超过14天"
        if _is_name(name, sure=len(name) == 1 or m[0].endswith(_POLITE)):
            return (*m.span("name"), "name")
    return None
