"""Draws an answer: notices, claims and citations, what was withheld, or an abstention; pure HTML.

Every text that came from a model, a PDF or a reader is escaped here.
"""

from collections.abc import Sequence
from html import escape

from agent.answer import URGENT, Answer, Citation, Claim, Notice, Verdict, Withheld
from agent.evidence import Evidence
from agent.page_aside import aside_html
from agent.page_cards import cards_html, pointer_html
from agent.page_cite import Numbers, chip, source, sources
from agent.page_feedback import feedback_html
from agent.page_grade import grades_html
from agent.page_patient import asks_html
from agent.page_ref import ref_of
from agent.page_repair import beside_html, repairs_html
from agent.page_words_zh import page_words as said_in
from agent.words import Words


def answer_html(answer: Answer, evidence: Evidence | None, words: Words, key: str) -> str:
    """Draw the whole outcome of a turn; `key` tells the browser which parts a reader opened."""
    body = _abstention(answer, words) if answer.abstained else _shown(answer, evidence, words, key)
    picked = _picked(answer, evidence, words, key)
    return (
        f'<section class="answer" aria-label="{escape(words.answer)}">'
        + body
        + repairs_html(answer.repairs, words)
        + _withheld(answer.withheld, words, key)
        + picked
        + aside_html(evidence, words, key)
        + feedback_html(answer, evidence, words, key)
        + _foot(answer, words)
        + "</section>"
    )


def notices_html(notices: tuple[Notice, ...], words: Words) -> str:
    """Draw the notices, which stand above all else: an emergency first, the rest in its order."""
    ordered = sorted(notices, key=lambda notice: notice.kind not in URGENT)
    return "".join(_notice(notice, words) for notice in ordered)


def _notice(notice: Notice, words: Words) -> str:
    """Draw one notice; an emergency is unmistakable without its colour too."""
    urgent = notice.kind in URGENT
    text = words.notice_text(notice.kind, notice.about, notice.contact)
    kind, head = ("emergency", words.emergency) if urgent else ("notice", words.notice)
    role = "alert" if urgent else "note"
    return (
        f'<div class="{kind}" role="{role}"><strong class="notice-head">{escape(head)}</strong>'
        f"<p>{escape(text)}</p></div>"
    )


def partial_html(claims: Sequence[Claim], words: Words, stopped: bool) -> str:
    """Draw the claims that have passed so far; marked as a part where no more will come."""
    note = f'<p class="partial" role="status">{escape(words.partial)}</p>' if stopped else ""
    quoting = all(c.text == c.citations[0].quote for c in claims)
    drawn = _claims(claims, None, Numbers(), words, quoting)
    return f'<section class="answer" aria-label="{escape(words.answer)}">{note}{drawn}</section>'


def _shown(answer: Answer, evidence: Evidence | None, words: Words, key: str) -> str:
    """Draw the claims, and what stands beside them in the same numbers."""
    numbers = Numbers()
    claims = _claims(answer.claims, evidence, numbers, words, answer.mode == "quote")
    return (
        pointer_html(answer, words)
        + claims
        + asks_html(answer.asks, words)
        + cards_html(answer, numbers, words, key)
    )


def _claims(
    claims: Sequence[Claim],
    evidence: Evidence | None,
    numbers: Numbers,
    words: Words,
    quoting: bool,
) -> str:
    head = f'<p class="verbatim">{escape(words.verbatim)}</p>' if quoting else ""
    return head + "".join(_claim(claim, evidence, numbers, words, quoting) for claim in claims)


def _claim(
    claim: Claim, evidence: Evidence | None, numbers: Numbers, words: Words, quoting: bool
) -> str:
    numbered = [(citation, numbers.of(citation)) for citation in claim.citations]
    chips = "".join(chip(citation, number, words) for citation, number in numbered)
    # A quoted claim is its lines; a composed one shows the lines that carry it.
    quoted = not quoting and any(c.quote != claim.text for c in claim.citations)
    return (
        f'<div class="claim"><p class="claim-text">{escape(claim.text)}'
        f'<span class="chips">{chips}</span></p>'
        f"{beside_html(claim.beside, words)}{grades_html(claim.citations, evidence, words)}"
        f"{sources(numbered, words, quoted)}{_checks(claim.verdicts, words)}</div>"
    )


def _checks(verdicts: tuple[Verdict, ...], words: Words) -> str:
    if not verdicts:
        return ""
    passed = sum(v.passed for v in verdicts)
    items = "".join(
        f"<li>{'✓' if v.passed else '✗'} {escape(v.guard)}: "
        f"{escape(words.passed if v.passed else words.not_passed)}"
        f"{escape(f' ({v.why})') if v.why else ''}</li>"
        for v in verdicts
    )
    head = escape(words.checks.format(passed=passed, all=len(verdicts)))
    return f'<details class="checks"><summary>{head}</summary><ul>{items}</ul></details>'


def _abstention(answer: Answer, words: Words) -> str:
    nearest = ""
    if answer.nearest:
        items = "".join(f"<li>{_nearest(citation, words)}</li>" for citation in answer.nearest)
        nearest = f'<h3>{escape(words.nearest)}</h3><ul class="sources nearest">{items}</ul>'
    reason = words.reason_text(
        answer.why or "",
        answer.passages,
        answer.guidelines,
        answer.generation,
        answer.searched,
    )
    return (
        f'<div class="abstained"><h3 class="abstained-head">{escape(words.abstained)}</h3>'
        f"{_lacks(answer, words)}"
        f'<p class="reason">{escape(reason)}</p>'
        f"{nearest}</div>"
    )


def _lacks(answer: Answer, words: Words) -> str:
    """Say whether the topic is absent, or only this patient or this point."""
    said = said_in(words.code).lacks.get(answer.lacks or "")
    return f'<p class="lacks"><strong>{escape(said)}</strong></p>' if said else ""


def _nearest(citation: Citation, words: Words) -> str:
    return source(citation, None, words, quoted=False)


def _withheld(withheld: tuple[Withheld, ...], words: Words, key: str) -> str:
    """Draw what was not shown, folded away, and never in the shape of an answer."""
    if not withheld:
        return ""
    items = "".join(f"<li><s>{escape(w.text)}</s> <em>{escape(w.why)}</em></li>" for w in withheld)
    head = escape(words.withheld.format(n=len(withheld)))
    return (
        f'<details class="withheld" data-key="{escape(key)}-withheld"><summary>{head}</summary>'
        f"<p>{escape(words.withheld_note)}</p><ul>{items}</ul></details>"
    )


def _picked(answer: Answer, evidence: Evidence | None, words: Words, key: str) -> str:
    """Say that retrieval picked the lines, with the model's own choice folded beside it."""
    if answer.selected_by != "retrieval" or (answer.abstained and answer.model_choice is None):
        return ""
    note = "" if answer.abstained else f"<p>{escape(words.by_retrieval)}</p>"
    choice = ""
    if answer.model_choice is not None:
        lines = evidence.lines if evidence else {}
        items = "".join(
            f'<li><button type="button" class="line-id" data-ref="{ref_of(lines[i].cite())}">'
            f"{escape(i)}</button> {escape(lines[i].text)}</li>"
            if i in lines
            else f"<li>{escape(i)}</li>"
            for i in answer.model_choice.line_ids
        )
        inner = f"<ul>{items}</ul>" if items else f"<p>{escape(words.model_chose_none)}</p>"
        choice = (
            f'<details class="choice" data-key="{escape(key)}-choice">'
            f"<summary>{escape(words.model_choice)}</summary>{inner}</details>"
        )
    return f'<div class="picked" role="note">{note}{choice}</div>'


def _foot(answer: Answer, words: Words) -> str:
    parts = [answer.model, answer.generation]
    if answer.receipt_id:
        parts.append(f"{words.receipt} {answer.receipt_id}")
    if "answered" in answer.timing_ms:
        parts.append(words.seconds.format(n=f"{answer.timing_ms['answered'] / 1000:.1f}"))
    return f'<p class="foot">{escape(" · ".join(p for p in parts if p))}</p>'
