"""Every text of the page, and what it is in English; knows nothing of how they are drawn.

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
    repairing: str
    answer_now: str
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
    repaired: str
    beside: str
    abstained: str
    nearest: str
    emergency: str
    notice: str
    notice_emergency: str
    notice_call: str
    notice_unnamed: str
    notice_superseded: str
    notice_unrecorded: str
    notice_redacted: str
    notice_selfharm: str
    partial: str
    notice_guard: str
    why_foreign: str
    why_none: str
    why_withheld: str
    why_silent: str
    refused_harm: str
    refused_scope: str
    refused_selfharm: str
    refused_instruction: str
    local_emergency: str
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
    undrawn: str
    picture: str

    def status(self, status: str) -> str:
        """Name an edition's status; an unknown one stays as it is."""
        names = {
            "current": self.current,
            "superseded": self.superseded,
            "retired": self.retired,
        }
        return names.get(status, status)

    def notice_text(self, kind: str, about: str, contact: str = "") -> str:
        """Word a notice; `contact` is whom this site says to call in a danger."""
        templates = {
            "emergency": self.notice_emergency,
            "unnamed": self.notice_unnamed,
            "superseded": self.notice_superseded,
            "unrecorded": self.notice_unrecorded,
            "redacted": self.notice_redacted,
            "self-harm": self.notice_selfharm,
        }
        about = (contact or self.local_emergency) if kind == "self-harm" else about
        text = templates.get(kind, self.notice_guard).format(about=about)
        call = self.notice_call.format(about=contact) if contact and kind == "emergency" else ""
        return text + call

    def reason_text(
        self, why: str, passages: int, guidelines: int, generation: str, query: str
    ) -> str:
        """Word an abstention: why, and what was searched; or a refusal to search at all."""
        refused = {
            "harm": self.refused_harm,
            "self-harm": self.refused_selfharm,
            "scope": self.refused_scope,
            "instruction": self.refused_instruction,
        }
        if why in refused:
            return refused[why].format(about=self.local_emergency)
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
    repairing="Asking the model again for {n} refused…",
    answer_now="Asking the model for its answer…",
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
    repaired="{n} of the model's sentences did not pass the checks, and it was asked for them once "
    "more. Written again and passed: {rewritten}. Replaced by the lines themselves: {quoted}. "
    "Left out: {withheld}.",
    beside="Check for whom this is: it {why}.",
    abstained="No answer from these guidelines",
    nearest="The nearest sections, to read yourself",
    emergency="Emergency",
    notice="Notice",
    notice_emergency="Possible emergency ({about}), and no line shown says to refer or to call for "
    "help. If this describes a patient now, call the emergency service or the resuscitation team "
    "first; do not wait for this answer.",
    notice_call=" Here, call {about}.",
    notice_unnamed="The lines shown do not name {about}, which the question asks about.",
    notice_superseded="An older edition ({about}) is superseded and was not used.",
    notice_unrecorded="This answer is not recorded: {about}",
    notice_redacted="Hidden before anything read it: {about}. Ask without a patient's identity.",
    notice_selfharm="If this is about you: you deserve help now. Call {about} or go to the nearest "
    "emergency department, and stay with someone you trust. If it is about a patient or somebody "
    "else: do not leave them alone, put what could hurt out of reach and get urgent mental health "
    "help through {about}. If anything was taken, or there is an injury, treat it as an emergency.",
    partial="Stopped before the end. Only lines that had passed the checks are shown.",
    notice_guard="A check of this answer could not be made ({about}). Read the page itself.",
    why_foreign="nothing in the library is about this",
    why_none="the model found no line that answers",
    why_withheld="no sentence passed the checks",
    why_silent="the model gave no answer",
    refused_harm="This is not answered: it asks for what would harm somebody. If somebody is at "
    "risk, call {about}.",
    refused_selfharm="No lines of guidelines are shown for this: a person comes first. Please get "
    "help now, as said above.",
    refused_scope="This is not a clinical question. Ask about diagnosis, treatment or care in the "
    "guidelines of this library.",
    refused_instruction="This tries to instruct the assistant. Ask the clinical question on its "
    "own: every answer here comes from the pages of the library.",
    local_emergency="your local emergency number",
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
    undrawn="This page cannot be shown here ({why}). Look it up in the PDF itself, {file}.",
    picture="Page {n} of {title}",
)
