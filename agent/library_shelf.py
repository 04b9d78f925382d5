"""Draws the frame of the librarian's page and what every view of it shares; pure HTML.

Every text that came from a PDF, a catalogue or a person is escaped here or where it is drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from agent.library_words import Say
from guidelines.catalogue import Guideline

VIEWS = ("list", "add", "build", "generations", "checks")


@dataclass(frozen=True)
class Told:
    """What an action has to say above the view it leads to: done, or refused and why.

    `mend` is the view in which a refusal can be mended.
    """

    done: str = ""
    refused: str = ""
    mend: str = ""


NOTHING = Told()


def shelf(
    view: str, body: str, say: Say, told: Told = NOTHING, *, poll: bool = False, spoken: str = ""
) -> str:
    """Frame a view.

    Args:
        view: Its name, with whatever follows it in the address ("page/ID/3").
        body: Its HTML.
        say: The language.
        told: What the last action did.
        poll: Whether the browser should ask again by itself: something is running.
        spoken: What a screen reader should be told where nothing was done or refused.
    """
    name = view.split("/", 1)[0]
    heard = told.refused or told.done or spoken
    return (
        f'<div class="shelf" lang="{say.code}" data-view="{escape(view)}" '
        f'data-say="{escape(heard)}"{" data-poll" if poll else ""}>'
        f"{_ways(name, say)}<main>{_told(told, say)}{body}</main></div>"
    )


def _ways(name: str, say: Say) -> str:
    shown = "list" if name in ("page", "edit") else name
    items = "".join(
        f'<li><a href="#{view}"{" aria-current=page" if view == shown else ""}>'
        f"{say(f'way_{view}')}</a></li>"
        for view in VIEWS
    )
    return f'<nav aria-label="{say("ways")}"><ul>{items}</ul></nav>'


def _told(told: Told, say: Say) -> str:
    done = f'<p class="told-done">✓ {escape(told.done)}</p>' if told.done else ""
    mend = f' <a href="#{told.mend}">{say(f"list_to_{told.mend}")}</a>' if told.mend else ""
    refused = f'<p class="told-refused">{escape(told.refused)}{mend}</p>' if told.refused else ""
    return done + refused


def title(words: str) -> str:
    """Draw a view's heading, which takes the focus when the view is opened."""
    return f'<h2 tabindex="-1">{words}</h2>'


def button(do: str, words: str, kind: str = "", label: str = "", **fields: str) -> str:
    """Draw a button that asks the server for `do` with some fields; `words` are escaped already."""
    data = "".join(f' data-{key}="{escape(value)}"' for key, value in fields.items())
    aria = f' aria-label="{label}"' if label else ""
    return f'<button type="button" class="do {kind}" data-do="{do}"{data}{aria}>{words}</button>'


def status_badge(status: str, say: Say) -> str:
    """Draw an edition's status as the clinician's page does."""
    kind = status if status in ("current", "superseded", "retired") else "retired"
    return f'<span class="badge badge-{kind}">{say(f"status_{kind}")}</span>'


def edition_name(entry: Guideline) -> str:
    """Name an edition by its title and what tells it from others of that title; plain text."""
    other = entry.edition or entry.id
    return entry.title if other == entry.title else f"{entry.title} ({other})"


def edit_link(entry: Guideline, say: Say) -> str:
    """Draw the way to the form of what is known of an edition."""
    return (
        f'<a class="do" href="#edit/{escape(entry.id)}" '
        f'aria-label="{say("edit_label", id=entry.id)}">{say("edit")}</a>'
    )


def waiting(words: str, seconds: int, note: str, say: Say) -> str:
    """Draw that something is being read, and for how long already."""
    return (
        '<section class="box running"><p class="progress"><span class="pulse" aria-hidden="true">'
        f'</span><span class="progress-words">{words}</span>'
        f'<span class="progress-seconds" aria-hidden="true">{say("seconds", n=seconds)}</span></p>'
        f"<p>{note}</p></section>"
    )


def dialog(heading: str, follows: Sequence[str], form: str, confirm: str, say: Say) -> str:
    """Draw a step that asks before it does: what follows, then the button that does it."""
    items = "".join(f"<li>{line}</li>" for line in follows)
    cancel = f'<button type="button" class="do" data-close>{say("cancel")}</button>'
    return (
        '<dialog data-open aria-labelledby="asked"><form method="dialog">'
        f'<h3 id="asked">{heading}</h3>{form}<ul class="follows">{items}</ul>'
        f'<div class="choices">{cancel}{confirm}</div></form></dialog>'
    )


def day(stamp: str) -> str:
    """Give a generation's time without its seconds and zone, which is UTC."""
    return escape(stamp.replace("T", " ")[:16])
