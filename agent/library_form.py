"""The form for an uploaded PDF: its fields and what a person wrote in them.

Pure; knows nothing of files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from agent.library_shelf import button
from agent.library_words import Say
from guidelines import metadata
from guidelines.catalogue import Guideline
from guidelines.metadata import DATES, LONGEST, REQUIRED

HINTED = ("id", "edition", "supersedes")
FIELDS = (
    "title", "publisher", "edition", "published", "review_by", "supersedes",
    "jurisdiction", "population", "language", "licence", "url", "id",
)  # fmt: skip
# What one library's editions often share; earlier ones are offered while typing.
REPEATED = ("publisher", "jurisdiction", "population", "language", "licence")


@dataclass(frozen=True)
class Form:
    """One PDF that waits for its metadata; `faults` by field, as in `metadata.FAULTS`."""

    token: str
    file: str
    pages: int
    values: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    cover: str = ""
    refused: str = ""


def clean(given: Mapping[str, object]) -> dict[str, str]:
    """Keep the known fields of what a browser sent, as short plain text."""
    return {name: metadata.tidy(given.get(name)) for name in FIELDS}


def form_html(form: Form, editions: Sequence[Guideline], say: Say) -> str:
    """Draw one form beside the first page of its PDF."""
    drawn = "".join(field_html(form, name, editions, say) for name in FIELDS)
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


def field_html(form: Form, name: str, editions: Sequence[Guideline], say: Say) -> str:
    """Draw one field with its label, and what is wrong with it below."""
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
        kind = "date" if name in DATES and fault != "date" else "text"
        box = (
            f'<input id="{at}" name="{name}" type="{kind}" value="{value}" maxlength="{LONGEST}" '
            f'autocomplete="off"{f" list=known-{name}" if name in REPEATED else ""}{more}>'
        )
    hint = f'<span class="hint">{say(f"hint_{name}")}</span>' if name in HINTED else ""
    line = f'<span class="fault" id="{at}-fault">{say(f"fault_{fault}")}</span>' if fault else ""
    return (
        f'<p class="field f-{name}"><label for="{at}">{say(f"head_{name}")}{must}</label>'
        f"{box}{line}{hint}</p>"
    )
