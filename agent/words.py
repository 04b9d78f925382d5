"""Every text of the page, in English and in Chinese; knows nothing of how they are drawn.

The English ones are also what the agent writes for programs and terminals. Problems stay as they
were raised.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One language's texts; the braces name what is filled in."""

    code: str
    name: str
    tagline: str
    caution: str
    language: str
    # asking
    box: str
    placeholder: str
    ask: str
    stop: str
    new: str
    welcome: str
    examples: str
    ask_again: str
    # while a turn runs
    searching: str
    searching_one: str
    thinking: str
    checking: str
    seconds: str
    stopped: str
    failed: str
    no_answer: str
    # a turn
    conversation: str
    question: str
    answer: str
    thinking_title: str
    thinking_stopped: str
    thinking_note: str
    searched: str
    # the answer
    verbatim: str
    by_retrieval: str
    model_choice: str
    model_chose_none: str
    withheld: str
    withheld_note: str
    abstained: str
    nearest: str
    emergency: str
    notice: str
    notice_emergency: str
    notice_unnamed: str
    notice_superseded: str
    notice_guard: str
    why_foreign: str
    why_none: str
    why_withheld: str
    why_silent: str
    reason: str
    checks: str
    passed: str
    not_passed: str
    receipt: str
    # a citation and its page
    cite: str
    current: str
    superseded: str
    retired: str
    page: str
    page_of: str
    printed: str
    sheet: str
    sheet_empty: str
    marked: str
    no_mark: str
    old_edition: str
    old_withdrawn: str
    previous: str
    next: str
    zoom_in: str
    zoom_out: str
    fit: str
    wide: str
    back: str
    not_there: str
    picture: str

    def status(self, status: str) -> str:
        """Name an edition's status; an unknown one stays as it is."""
        names = {
            "current": self.current,
            "superseded": self.superseded,
            "retired": self.retired,
        }
        return names.get(status, status)

    def notice_text(self, kind: str, about: str) -> str:
        """Word a notice."""
        templates = {
            "emergency": self.notice_emergency,
            "unnamed": self.notice_unnamed,
            "superseded": self.notice_superseded,
        }
        return templates.get(kind, self.notice_guard).format(about=about)

    def reason_text(
        self, why: str, passages: int, guidelines: int, generation: str, query: str
    ) -> str:
        """Word an abstention: why, and what was searched."""
        whys = {
            "foreign": self.why_foreign,
            "none": self.why_none,
            "withheld": self.why_withheld,
        }
        return self.reason.format(
            why=whys.get(why, self.why_silent),
            passages=passages,
            guidelines=guidelines,
            generation=generation,
            query=query,
        )


ENGLISH = Words(
    code="en",
    name="English",
    tagline="Answers from your guidelines, each line with its page",
    caution="Decision support for professionals; check the page.",
    language="Language",
    box="Your question (Enter sends it)",
    placeholder="Ask a clinical question",
    ask="Ask",
    stop="Stop",
    new="New conversation",
    welcome="What stands in an answer here also stands on a page of a guideline in this library. "
    "Open any citation to see the line itself.",
    examples="For example",
    ask_again="Ask this again",
    searching="Searching {n} guidelines…",
    searching_one="Searching 1 guideline…",
    thinking="Thinking…",
    checking="Checking…",
    seconds="{n} s",
    stopped="Stopped. No answer was given to this question.",
    failed="Something failed here, and no answer was given. Ask again, or tell who runs this page.",
    no_answer="The answer did not arrive. Ask again.",
    conversation="Conversation",
    question="Question",
    answer="Answer",
    thinking_title="The model's thinking",
    thinking_stopped="The model's thinking, unfinished",
    thinking_note="Unchecked, and often wrong in a small model: never act on the thinking.",
    searched="Searched for: {query}",
    verbatim="Quoted word for word",
    by_retrieval="Lines picked by retrieval, not by the model: this model is not marked as better "
    "at it.",
    model_choice="What the model itself picked",
    model_chose_none="The model picked no line.",
    withheld="Withheld: {n} not shown as answer",
    withheld_note="The model wrote this, but it did not pass the checks. Do not act on it.",
    abstained="No answer from these guidelines",
    nearest="The nearest sections, to read yourself",
    emergency="Emergency",
    notice="Notice",
    notice_emergency="Possible emergency ({about}), and no line shown says to refer or to call for "
    "help. If this describes a patient now, call the emergency service or the resuscitation team "
    "first; do not wait for this answer.",
    notice_unnamed="The lines shown do not name {about}, which the question asks about.",
    notice_superseded="An older edition ({about}) is superseded and was not used.",
    notice_guard="A check of this answer could not be made ({about}). Read the page itself.",
    why_foreign="nothing in the library is about this",
    why_none="the model found no line that answers",
    why_withheld="no sentence passed the checks",
    why_silent="the model gave no answer",
    reason="No answer is shown: {why}. Searched {passages} passages of {guidelines} guidelines "
    "(index {generation}) for “{query}”.",
    checks="Checks: {passed} of {all} passed",
    passed="passed",
    not_passed="not passed",
    receipt="Receipt",
    cite="Citation {n}: {title}, page {page}. Show the page.",
    current="CURRENT",
    superseded="SUPERSEDED",
    retired="RETIRED",
    page="p. {n}",
    page_of="Page {n} of {all}",
    printed="printed {label}",
    sheet="Guideline page",
    sheet_empty="Open a citation to see its page here, with the line highlighted.",
    marked="Highlighted line",
    no_mark="The cited line is on page {n}.",
    old_edition="This edition has been superseded. Look for the newer one before you act on it.",
    old_withdrawn="This edition has been retired from the library.",
    previous="Previous page",
    next="Next page",
    zoom_in="Larger",
    zoom_out="Smaller",
    fit="Fit width",
    wide="Full width",
    back="Back to the answer",
    not_there="This page is not in the library.",
    picture="Page {n} of {title}",
)

CHINESE = Words(
    code="zh",
    name="中文",
    tagline="依据本院指南作答，句句可查原页",
    caution="供专业人员决策参考；请核对原页。",
    language="语言",
    box="您的问题（按回车发送）",
    placeholder="请输入临床问题",
    ask="提问",
    stop="停止",
    new="新对话",
    welcome="这里的每一句回答，都写在本库某部指南的某一页上。点开引文即可看到原文那一行。",
    examples="例如",
    ask_again="重新提问",
    searching="正在检索 {n} 部指南…",
    searching_one="正在检索 1 部指南…",
    thinking="正在思考…",
    checking="正在核对…",
    seconds="{n} 秒",
    stopped="已停止。此问题没有给出回答。",
    failed="此处出错，没有给出回答。请重新提问，或告知本页的管理者。",
    no_answer="回答没有送达。请重新提问。",
    conversation="对话",
    question="问题",
    answer="回答",
    thinking_title="模型的思考过程",
    thinking_stopped="模型的思考过程（未完成）",
    thinking_note="思考过程未经核对，小模型常出错：切勿据此处置。",
    searched="检索内容：{query}",
    verbatim="逐字引用原文",
    by_retrieval="以下各行由检索选出，并非模型选出：此模型尚未证明选行优于检索。",
    model_choice="模型自己选出的行",
    model_chose_none="模型没有选出任何一行。",
    withheld="已扣留：{n} 句未作为回答显示",
    withheld_note="以下为模型所写，但未通过核对，请勿据此处置。",
    abstained="这些指南中没有可用的回答",
    nearest="最接近的章节，供您自行阅读",
    emergency="紧急情况",
    notice="提示",
    notice_emergency="可能是紧急情况（{about}），而所列各行均未提到转诊或呼救。若为眼前的患者，请先呼叫"
    "急救或抢救小组，不要等待本回答。",
    notice_unnamed="问题问到 {about}，但所列各行未提及。",
    notice_superseded="旧版（{about}）已被取代，未予采用。",
    notice_guard="有一项核对未能完成（{about}）。请阅读原页。",
    why_foreign="本库内容与此问题无关",
    why_none="模型认为没有一行能回答",
    why_withheld="没有一句通过核对",
    why_silent="模型没有给出回答",
    reason="未显示回答：{why}。已检索 {guidelines} 部指南的 {passages} 个段落"
    "（索引 {generation}），检索内容：“{query}”。",
    checks="核对：{all} 项中 {passed} 项通过",
    passed="通过",
    not_passed="未通过",
    receipt="回执",
    cite="引文 {n}：{title}，第 {page} 页。显示该页。",
    current="现行",
    superseded="已被取代",
    retired="已撤下",
    page="第 {n} 页",
    page_of="第 {n} 页，共 {all} 页",
    printed="印刷页码 {label}",
    sheet="指南原页",
    sheet_empty="点开一条引文，原页会显示在这里，并标出所引的那一行。",
    marked="标出的一行",
    no_mark="所引的一行在第 {n} 页。",
    old_edition="此版本已被取代。据此处置前，请查阅新版。",
    old_withdrawn="此版本已从本库撤下。",
    previous="上一页",
    next="下一页",
    zoom_in="放大",
    zoom_out="缩小",
    fit="适合宽度",
    wide="全宽",
    back="回到回答",
    not_there="本库中没有这一页。",
    picture="《{title}》第 {n} 页",
)

LANGUAGES = {words.code: words for words in (ENGLISH, CHINESE)}


def words_in(code: object) -> Words:
    """Give the texts of a language, English where the code is unknown."""
    return LANGUAGES.get(str(code), ENGLISH)
