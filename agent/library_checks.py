"""Draws the staleness report: proposed supersessions, then every fault with what mends it; pure."""

import base64
import re
from collections.abc import Mapping, Sequence
from html import escape

from agent.library_dismiss import dismiss_button, dismissed_html, names
from agent.library_errand import Pending
from agent.library_report import Report, standing
from agent.library_shelf import button, edit_link, edition_name, title, waiting
from agent.library_words import Say
from guidelines.catalogue import Guideline
from guidelines.check import Fault
from guidelines.dismissals import Dismissal
from guidelines.drawing import Drawn
from guidelines.succession import Proposal
from guidelines.workers import Loss

_RETIRED = re.compile(r"library retire|retire or supersede")
_ALIKE = re.compile(r"shares (\d+)% of its words' runs with (\S+)")
# What a librarian mends by writing something else, a date that was moved among it.
_EDITED = re.compile(r"write it as|look for a newer edition")
# How the check names what mends a fault, and the words for somebody who has this page alone.
_MENDS = (
    (re.compile(r"^clinicite library retire \S+, then add"), "mend_again"),
    (re.compile(r"^look for a sound copy"), "mend_copy"),
    (re.compile(r"^look for a newer edition"), "mend_newer"),
    (re.compile(r", then retire or supersede one$"), "mend_one"),
    (re.compile(r"--supersedes "), "mend_follow"),
    (re.compile(r"^clinicite library edit "), "mend_title"),
    (re.compile(r"^write it as"), "mend_date"),
)


def checking_html(now: Pending, editions: int, say: Say) -> str:
    """Draw that the library is being read for the report."""
    words = say("checking", n=editions)
    return title(say("checks")) + waiting(words, now.seconds, say("checking_meanwhile"), say)


def checks_html(
    report: Report,
    entries: Mapping[str, Guideline],
    dismissed: Sequence[Dismissal],
    say: Say,
) -> str:
    """Draw the report without what was turned down, which is listed below it."""
    report = standing(report, dismissed)
    faults, proposed = report.faults, report.proposed
    left = dismissed_html(dismissed, entries, say)
    again = (
        f'<div class="choices left">{button("check", say("check_again"))}'
        f'<span class="maker">{say("checked", time=report.made.replace("T", " "))}</span></div>'
    )
    if not faults and not proposed:
        lead = f'<p class="lead good-lead">✓ {say("checks_none", n=len(entries))}</p>'
        return title(say("checks")) + lead + left + again
    lead = say("checks_lead", n=len(entries), faults=len(faults), proposed=len(proposed))
    cards = "".join(_proposal(p, proof, entries, say) for p, proof in proposed)
    cards = f"<h3>{say('proposals')}</h3><p>{say('proposals_note')}</p>{cards}" if cards else ""
    items = "".join(_fault(fault, entries, say) for fault in faults)
    items = f'<h3>{say("faults")}</h3><ul class="faults">{items}</ul>' if items else ""
    return f'{title(say("checks"))}<p class="lead">{lead}</p>{cards}{items}{left}{again}'


def _proposal(
    proposal: Proposal, proof: Drawn | Loss | None, entries: Mapping[str, Guideline], say: Say
) -> str:
    old, new = entries[proposal.old], entries[proposal.new]
    said = f"<blockquote>… {escape(proposal.sentence)} …</blockquote>" if proposal.sentence else ""
    why = say("proposal_says") if proposal.sentence else escape(f"{new.id} {proposal.fault.what}")
    picture = ""
    if isinstance(proof, Loss):
        picture = f'<p class="told-refused undrawn">{say("page_undrawn", why=proof.why)}</p>'
    elif proof is not None:
        data = base64.b64encode(proof.png).decode("ascii")
        alt = say("proposal_page", n=proposal.page, title=new.title)
        place = f"#page/{escape(new.id)}/{proposal.page}"
        picture = (
            f'<a class="proof" data-top="{proof.top:.4f}" href="{place}">'
            f'<img src="data:image/png;base64,{data}" alt="{alt}"></a>'
        )
    named = names(entries, (old.id, new.id))
    asked = say("proposal", old=named[0], new=named[1])
    act = button("ask-supersede", say("proposal_do"), "main", id=old.id, new=new.id)
    act += dismiss_button("supersession", (old.id, new.id), say)
    return (
        f'<article class="box proposal"><div><h4>{asked}</h4><p>{why}</p>{said}'
        + (f'<p class="maker">{say("proposal_where", n=proposal.page)}</p>' if picture else "")
        + f'<div class="choices left">{act}</div></div>{picture}</article>'
    )


def _fault(fault: Fault, entries: Mapping[str, Guideline], say: Say) -> str:
    entry = entries.get(fault.guideline)
    named = edition_name(entry) if entry else fault.guideline
    act = ""
    if entry is not None and entry.status == "current" and _RETIRED.search(fault.mend):
        act = button(
            "ask-retire", say("retire"), label=say("retire_label", id=entry.id), id=entry.id
        )
    elif entry is not None and entry.status == "superseded":
        label = say("restore_label", id=entry.id)
        act = button("ask-restore", say("restore"), label=label, id=entry.id)
    if entry is not None and (fault.kind == "title" or _EDITED.match(fault.mend)):
        act = edit_link(entry, say) + act
    if fault.kind != "fault":
        act += dismiss_button(fault.kind, fault.editions, say)
    alike = _ALIKE.fullmatch(fault.what)
    what = escape(_plain(fault.what, entry)) + "."
    if alike is not None and alike[2] in entries:
        what = say("fault_alike", n=alike[1], other=edition_name(entries[alike[2]]))
    if fault.kind == "title":
        what = say("fault_title", title=fault.title)
    return (
        f"<li><div><strong>{escape(named)}</strong> {what}"
        f'<span class="maker">{_mended(fault.mend, say)}</span></div>'
        f'<div class="acts">{act}</div></li>'
    )


def _mended(mend: str, say: Say) -> str:
    """Say what mends a fault on this page; the command where this page has no way."""
    for pattern, key in _MENDS:
        if pattern.search(mend):
            return say(key)
    return f"{say('mend')} <code>{escape(mend)}</code>"


def _plain(what: str, entry: Guideline | None) -> str:
    """Name a PDF as it was uploaded, not by its hash."""
    return what.replace(f"{entry.sha256}.pdf", entry.file) if entry else what
