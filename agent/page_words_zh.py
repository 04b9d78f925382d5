"""The texts of what stands round an answer, in Chinese, and the way to a language's texts."""

from agent.page_words import PAGE_ENGLISH, PageWords

PAGE_CHINESE = PageWords(
    aside="已检索到但未采用：{n} 处",
    aside_one="已检索到但未采用：1 处",
    aside_note="以下内容既未读给模型，也未引用。请打开原页自行判断。",
    aside_whys={
        "superseded": "已被取代的版本",
        "retired": "已撤下的版本",
        "elsewhere": "为其他国家或地区制定（{about}）",
        "suspect": "文字层不可信：请看原页图像",
        "planted": "含有企图指使机器的文字：仅以图像显示",
    },
    aside_open="显示该页：{title}，第 {page} 页",
    planted_sheet="仅显示图像。此处有一行企图指使读取它的机器，其文字不予给出。",
    searched_as="检索时改写为：{query}",
    patient="对患者的理解",
    patient_note="点选可更正，点 × 可清除；自下一个问题起生效。",
    correct="更正：{slot}",
    clear="清除：{slot}",
    forget="（不详：{slot}）",
    slots={
        "age": "年龄", "sex": "性别", "pregnancy": "妊娠", "breastfeeding": "哺乳",
        "renal": "肾功能", "hepatic": "肝功能", "weight": "体重", "allergies": "过敏史",
    },
    asks="以下各行取决于尚未说明的患者情况。请补充后重新提问：",
    offers={
        "age": (("年龄（岁）", "年龄|岁。"), ("月龄", "|个月大。")),
        "sex": (("女性", "女性。"), ("男性", "男性。")),
        "pregnancy": (("妊娠", "妊娠。"), ("未妊娠", "未妊娠。")),
        "breastfeeding": (("哺乳期", "哺乳期。"), ("非哺乳期", "非哺乳期。")),
        "renal": (("eGFR", "eGFR |。"), ("肾功能正常", "肾功能正常。")),
        "hepatic": (("肝功能正常", "肝功能正常。"), ("肝功能不全", "肝功能不全。")),
        "weight": (("体重（kg）", "体重 | kg。"),),
        "allergies": (("对…过敏", "|过敏。"), ("无过敏", "无过敏。")),
    },
    lacks={
        "topic": "缺的是主题：本库没有涉及。",
        "population": "缺的是此类患者：本库只有针对其他人群的内容，请勿套用。",
        "point": "缺的是这一点：本库涉及该主题，但没有一行回答所问。",
    },
    grade="推荐级别（指南原文）",
    grade_words="指南原文",
    feedback="这个回答对吗？",
    up="对",
    down="不对",
    why="哪里不对",
    reasons={
        "": "未说明原因",
        "wrong-line": "引用的行不对",
        "incomplete": "有遗漏",
        "wrong-patient": "不适用于此类患者",
        "out-of-date": "已过时",
        "should-abstain": "本不该回答",
        "should-answer": "本该回答",
        "unclear": "不清楚",
        "other": "其他",
    },
    right_lines="以下各行是正确答案",
    right_none="请勾选；若都不是，请全部留空。",
    shown_line="已显示",
    note="您的说明",
    note_hint="请勿写患者身份；会自动隐去，但可能有遗漏。",
    send="提交",
    stored="已保存在本机，回执 {receipt}。谢谢。",
    not_stored="未保存：{why}",
    away="本页的服务器没有应答",
    restored="由 {time} 的回答重新显示。据此处置前请重新提问。",
    fallen="下方引用的某个版本已不再现行。",
    lost="无法读取此对话先前的内容：{why}",
)  # fmt: skip

_WORDS = {"en": PAGE_ENGLISH, "zh": PAGE_CHINESE}


def page_words(code: str) -> PageWords:
    """Give a language's texts, English where the code is unknown."""
    return _WORDS.get(code, PAGE_ENGLISH)
