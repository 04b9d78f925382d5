"""Draws the guidelines with what can be done to each, and asks before it is done; pure HTML."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape

from agent.library_shelf import button, dialog, edit_link, edition_name, status_badge, title
from agent.library_words import Say
from guidelines.catalogue import Guideline

_ORDER = {"current": 0, "superseded": 1, "retired": 2}


def list_html(
    entries: Sequence[Guideline],
    counts: Mapping[str, int],
    today: date,
    proposed: int,
    say: Say,
) -> str:
    """Draw the list.

    Args:
        entries: The editions.
        counts: Passages of each in the current generation; an edition without is not indexed.
        today: For what is past its review.
        proposed: How many supersessions wait for a decision.
        say: The language.
    """
    if not entries:
        return f'{title(say("list"))}<p class="lead">{say("list_none")}</p>' + _add(say)
    current = sum(e.status == "current" for e in entries)
    waiting = [e for e in entries if e.status != "retired" and e.id not in counts]
    lead = say("list_lead", n=len(entries), current=current)
    notes = ""
    if waiting:
        link = f'<a href="#build">{say("list_to_build")}</a>'
        notes += f'<p class="note">{say("list_waiting", n=len(waiting))} {link}</p>'
    if proposed:
        link = f'<a href="#checks">{say("list_to_checks")}</a>'
        notes += f'<p class="note">{say("list_proposed", n=proposed)} {link}</p>'
    heads = ("guideline", "published", "review_by", "jurisdiction", "status", "pages", "passages")
    cells = "".join(f'<th scope="col">{say(f"head_{h}")}</th>' for h in heads)
    ordered = sorted(entries, key=lambda e: (e.title.casefold(), _ORDER[e.status], e.id))
    rows = "".join(_row(e, counts, today, say) for e in ordered)
    return (
        f'{title(say("list"))}<p class="lead">{lead}</p>{notes}'
        f'<table class="editions"><thead><tr>{cells}<th scope="col">{say("head_do")}</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _add(say: Say) -> str:
    return f'<p><a class="do main" href="#add">{say("way_add")}</a></p>'


def _row(entry: Guideline, counts: Mapping[str, int], today: date, say: Say) -> str:
    maker = " · ".join(escape(x) for x in (entry.edition, entry.publisher) if x)
    if entry.status == "retired":
        passages = "–"
    elif entry.id in counts:
        passages = str(counts[entry.id])
    else:
        passages = f'<span class="mark">{say("not_indexed")}</span>'
    cells = (
        ("published", escape(entry.published) or _unknown(say)),
        ("review_by", review(entry, today, say)),
        ("jurisdiction", escape(entry.jurisdiction) or _unknown(say)),
        ("status", status_badge(entry.status, say)),
        ("pages", str(entry.pages)),
        ("passages", passages),
    )
    drawn = "".join(
        f'<td data-label="{say(f"head_{name}")}" class="c-{name}">{cell}</td>'
        for name, cell in cells
    )
    return (
        f'<tr id="edition-{escape(entry.id)}"><th scope="row"><span class="edition-title">'
        f'{escape(entry.title)}</span><span class="maker">{maker}</span>'
        f'<code>{escape(entry.id)}</code></th>{drawn}<td class="c-do">{_acts(entry, say)}</td></tr>'
    )


def _unknown(say: Say) -> str:
    return f'<span class="unknown">{say("not_known")}</span>'


def review(entry: Guideline, today: date, say: Say) -> str:
    """Draw the review date, marked where it is past and the edition is still cited."""
    if not entry.review_by:
        return _unknown(say)
    try:
        past = date.fromisoformat(entry.review_by) < today
    except ValueError:
        past = True
    drawn = escape(entry.review_by)
    if past and entry.status == "current":
        return f'<span class="past">{drawn} <strong>{say("past")}</strong></span>'
    return drawn


def _acts(entry: Guideline, say: Say) -> str:
    named = {"id": entry.id}
    edit = edit_link(entry, say)
    look = (
        f'<a class="do" href="#page/{escape(entry.id)}/1" '
        f'aria-label="{say("look_label", id=entry.id)}">{say("look")}</a>'
    )
    if entry.status != "current":
        label = say("restore_label", id=entry.id)
        return look + edit + button("ask-restore", say("restore"), label=label, **named)
    return (
        look
        + edit
        + button(
            "ask-supersede", say("supersede"), label=say("supersede_label", id=entry.id), **named
        )
        + button("ask-retire", say("retire"), label=say("retire_label", id=entry.id), **named)
    )


def ask_retire(entry: Guideline, say: Say) -> str:
    """Ask before an edition is withdrawn."""
    follows = [
        say("retire_1"),
        say("shown_stay", mark=say.plain("status_retired")),
        say("pdf_stays"),
    ]
    confirm = button("retire", say("retire_do"), "danger", id=entry.id)
    return dialog(say("retire_ask", name=edition_name(entry)), follows, "", confirm, say)


def ask_add(replaced: Sequence[tuple[str, str]], entries: Mapping[str, Guideline], say: Say) -> str:
    """Ask before PDFs are added that supersede editions at once: (old id, new title) of each."""
    follows = [say("add_1", old=edition_name(entries[old]), new=new) for old, new in replaced]
    follows += [say("add_2"), say("pdf_stays")]
    confirm = button("add", say("add_do"), "danger", sure="yes")
    return dialog(say("add_ask"), follows, "", confirm, say)


def ask_supersede(
    old: Guideline, others: Sequence[Guideline], new: str, counts: Mapping[str, int], say: Say
) -> str:
    """Ask which edition takes the place of `old`; `new` is proposed where it is named.

    `counts` has the editions that the index in use holds.
    """
    same = [e for e in others if e.status == "current" and e.id != old.id]
    same.sort(key=lambda e: (e.id != new, e.title != old.title, e.title.casefold(), e.id))
    heading = say("supersede_ask", name=edition_name(old))
    if not same:
        add = f'<a class="do main" href="#add">{say("way_add")}</a>'
        return dialog(heading, [say("supersede_nobody")], "", add, say)
    none = "" if new else f'<option value="">{say("choose")}</option>'
    options = none + "".join(
        f'<option value="{escape(e.id)}">{escape(edition_name(e))}</option>' for e in same
    )
    form = (
        f'<p><label for="successor">{say("successor")}</label>'
        f'<select id="successor" name="new" required>{options}</select></p>'
    )
    mark = say.plain("status_superseded")
    follows = [say("supersede_1"), say("shown_stay", mark=mark), say("pdf_stays")]
    missing = [e for e in same if e.id not in counts and new in ("", e.id)]
    if missing:
        names = ", ".join(edition_name(e) for e in missing)
        follows.insert(1, f"<strong>{say('supersede_gap', what=names)}</strong>")
    confirm = button("supersede", say("supersede_do"), "danger", old=old.id)
    return dialog(heading, follows, form, confirm, say)


def ask_restore(entry: Guideline, say: Say) -> str:
    """Ask before an edition is cited again."""
    follows = [say("restore_1")]
    if entry.status == "superseded":
        follows.append(say("restore_2"))
    follows.append(say("restore_3"))
    confirm = button("restore", say("restore_do"), "main", id=entry.id)
    return dialog(say("restore_ask", name=edition_name(entry)), follows, "", confirm, say)
