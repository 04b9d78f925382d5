"""The form for an uploaded PDF: its fields, what a person wrote in them, and what is wrong.

Pure; knows nothing of files.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape

from agent.library_shelf import button
from agent.library_words import Say
from guidelines.catalogue import Guideline

REQUIRED = ("title", "publisher", "edition", "id")
DATES = ("published", "review_by")
HINTED = ("id", "edition", "supersedes")
FIELDS = (
    "title", "publisher", "edition", "published", "review_by", "supersedes",
    "jurisdiction", "population", "language", "licence", "url", "id",
)  # fmt: skip
# What one library's editions often share; earlier ones are offered while typing.
REPEATED = ("publisher", "jurisdiction", "population", "language", "licence")
_ID = re.compile(r"[\w][\w-]{0,79}")


@dataclass(frozen=True)
class Form:
    """One PDF that waits for its metadata; `faults` name a text by field."""

    token: str
    file: str
    pages: int
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    cover: str = ""
    refused: str = ""


def faults_of(values: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """Find what is wrong with the fields: the key of one line of text for each faulty one."""
    found = {name: "fault_empty" for name in REQUIRED if not values.get(name, "").strip()}
    for name in DATES:
        if values.get(name) and _day(values[name]) is None:
            found[name] = "fault_date"
    published, review = (_day(values.get(name, "")) for name in DATES)
    if published and review and review <= published:
        found["review_by"] = "fault_review"
    if "id" not in found and not _ID.fullmatch(values["id"]):
        found["id"] = "fault_id"
    elif values.get("id") in taken:
        found["id"] = "fault_taken"
    if values.get("url") and not re.match(r"https?://\S+$", values["url"]):
        found["url"] = "fault_url"
    return found


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def clean(given: Mapping[str, object]) -> dict[str, str]:
    """Keep the known fields of what a browser sent, as short plain text."""
    return {name: " ".join(str(given.get(name) or "").split())[:300] for name in FIELDS}


def form_html(form: Form, editions: Sequence[Guideline], say: Say) -> str:
    """Draw one form beside the first page of its PDF."""
    drawn = "".join(_field(form, name, editions, say) for name in FIELDS)
    refused = f'<p class="told-refused">{escape(form.refused)}</p>' if form.refused else ""
    cover = (
        f'<img class="cover" src="data:image/png;base64,{form.cover}" '
        f'alt="{say("cover", file=form.file)}">'
        if form.cover
        else ""
    )
    leave = button("drop", say("leave_out"), label=say("leave_out_label", file=form.file),
                   token=form.token)  # fmt: skip
    return (
        f'<fieldset class="form" data-token="{escape(form.token)}"><legend>{escape(form.file)} '
        f'<span class="maker">{say("n_pages", n=form.pages)}</span></legend>{refused}'
        f'<div class="form-split">{cover}<div class="fields">{drawn}'
        f'<p class="field-act">{leave}</p></div></div></fieldset>'
    )


def known_html(editions: Sequence[Guideline]) -> str:
    """Draw what earlier editions have in the repeated fields, for the browser to offer."""
    drawn = ""
    for name in REPEATED:
        values = sorted({getattr(e, name) for e in editions} - {""})
        options = "".join(f'<option value="{escape(v)}"></option>' for v in values)
        drawn += f'<datalist id="known-{name}">{options}</datalist>'
    return drawn


def _field(form: Form, name: str, editions: Sequence[Guideline], say: Say) -> str:
    at = f"{name}-{form.token}"
    fault = form.faults.get(name)
    must = f' <span class="must">{say("must")}</span>' if name in REQUIRED else ""
    value = escape(form.values.get(name, ""))
    more = f' aria-invalid="true" aria-describedby="{at}-fault"' if fault else ""
    more += " required" if name in REQUIRED else ""
    if name == "supersedes":
        options = f'<option value="">{say("supersedes_none")}</option>' + "".join(
            f'<option value="{escape(e.id)}"{" selected" if e.id == value else ""}>'
            f"{escape(e.title)} · {escape(e.edition or e.id)}</option>"
            for e in editions
            if e.status != "retired"
        )
        box = f'<select id="{at}" name="{name}"{more}>{options}</select>'
    else:
        kind = "date" if name in DATES and fault != "fault_date" else "text"
        box = (
            f'<input id="{at}" name="{name}" type="{kind}" value="{value}" maxlength="300" '
            f'autocomplete="off"{f" list=known-{name}" if name in REPEATED else ""}{more}>'
        )
    hint = f'<span class="hint">{say(f"hint_{name}")}</span>' if name in HINTED else ""
    line = f'<span class="fault" id="{at}-fault">{say(fault)}</span>' if fault else ""
    return (
        f'<p class="field f-{name}"><label for="{at}">{say(f"head_{name}")}{must}</label>'
        f"{box}{line}{hint}</p>"
    )
