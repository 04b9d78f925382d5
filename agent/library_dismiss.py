"""Draws how a wrong proposal is turned down with a reason, and those that were; pure HTML."""

from collections.abc import Mapping, Sequence
from html import escape

from agent.library_shelf import button, dialog, edition_name
from agent.library_words import Say
from guidelines.catalogue import Guideline
from guidelines.check import Fault
from guidelines.dismissals import Dismissal
from guidelines.metadata import LONGEST


def names(entries: Mapping[str, Guideline], editions: Sequence[str]) -> list[str]:
    """Name editions so that they can be told apart, by their ids where titles do not."""
    found = [edition_name(entries[i]) if i in entries else i for i in editions]
    return list(editions) if len(set(found)) < len(found) else found


def dismiss_button(kind: str, editions: Sequence[str], say: Say) -> str:
    """Draw the button that asks why a proposal is wrong."""
    label = say("dismiss_label", what=" ".join(editions))
    return button("ask-dismiss", say("dismiss"), label=label, **_told(kind, editions))


def _told(kind: str, editions: Sequence[str]) -> dict[str, str]:
    """Give what a browser sends back to name a proposal."""
    return {"about": kind, "id": editions[0], "other": editions[1] if len(editions) > 1 else ""}


def said(kind: str, editions: Sequence[str], of: str, say: Say) -> str:
    """Say in plain words what is, or was, proposed; `of` is a proposed title."""
    known = [*editions, ""]
    return say(f"dismissed_{kind}", a=known[0], b=known[1], title=of)


def ask_dismiss(fault: Fault, entries: Mapping[str, Guideline], say: Say) -> str:
    """Ask why a proposal is wrong, before it is put away."""
    form = (
        f"<p>{said(fault.kind, names(entries, fault.editions), fault.title, say)}</p>"
        f'<p><label for="reason">{say("dismiss_reason")} <span class="must">{say("must")}</span>'
        f'</label><input id="reason" name="reason" maxlength="{LONGEST}" autocomplete="off" '
        "required></p>"
    )
    confirm = button("dismiss", say("dismiss_do"), "main", **_told(fault.kind, fault.editions))
    follows = [say("dismiss_1"), say("dismiss_2")]
    return dialog(say("dismiss_ask"), follows, form, confirm, say)


def dismissed_html(
    dismissed: Sequence[Dismissal], entries: Mapping[str, Guideline], say: Say
) -> str:
    """List what was turned down, with the reason and a way back."""
    if not dismissed:
        return ""
    items = ""
    for d in dismissed:
        back = button("propose", say("propose"), **_told(d.kind, d.editions))
        items += (
            f"<li><div>{said(d.kind, names(entries, d.editions), d.title, say)}"
            f'<span class="maker">{escape(d.date)}: {escape(d.reason)}</span></div>'
            f'<div class="acts">{back}</div></li>'
        )
    head = say("dismissed", n=len(dismissed))
    return (
        f'<details class="dismissed"><summary>{head}</summary>'
        f'<ul class="faults">{items}</ul></details>'
    )
