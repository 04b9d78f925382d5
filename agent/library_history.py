"""Draws the generations of the index, how two differ, and the way back to one; pure HTML."""

from collections.abc import Mapping, Sequence
from html import escape

from agent.library_building import gate_words
from agent.library_shelf import button, day, dialog, title
from agent.library_words import Say
from retrieval.generations import Difference
from retrieval.store import Manifest


def history_html(
    manifests: Sequence[Manifest], current: str | None, broken: Sequence[str], say: Say
) -> str:
    """Draw the list, newest first, the current one marked."""
    drawn = title(say("generations"))
    if not manifests and not broken:
        return f'{drawn}<p class="lead">{say("generations_none")}</p>'
    lost = "".join(
        f'<p class="told-refused">{say("generation_broken", id=name)}</p>' for name in broken
    )
    heads = ("generation", "built", "guidelines", "passages", "gate")
    cells = "".join(f'<th scope="col">{say(f"head_{h}")}</th>' for h in heads)
    pairs = zip(manifests, [*manifests[1:], None], strict=True)
    rows = "".join(_row(m, older, m.id == current, say) for m, older in pairs)
    return (
        f'{drawn}<p class="lead">{say("generations_lead", n=len(manifests))}</p>{lost}'
        f'<table class="generations"><thead><tr>{cells}<th scope="col">{say("head_do")}</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>{_compare(manifests, current, say)}"
    )


def _row(manifest: Manifest, older: Manifest | None, current: bool, say: Say) -> str:
    mark = f' <span class="badge badge-current">{say("in_use")}</span>' if current else ""
    acts = button(
        "verify", say("verify"), label=say("verify_label", id=manifest.id), id=manifest.id
    )
    if older is not None:
        acts += (
            f'<a class="do" href="#generations/{escape(older.id)}/{escape(manifest.id)}" '
            f'aria-label="{say("diff_label", id=manifest.id)}">{say("diff")}</a>'
        )
    if not current:
        label = say("rollback_label", id=manifest.id)
        acts += button("ask-rollback", say("rollback"), label=label, id=manifest.id)
    cells = (
        ("built", day(manifest.created)),
        ("guidelines", str(len(manifest.guidelines))),
        ("passages", str(manifest.passages)),
        ("gate", gate_words(manifest.gate, say)),
    )
    drawn = "".join(
        f'<td data-label="{say(f"head_{k}")}" class="c-{k}">{cell}</td>' for k, cell in cells
    )
    return (
        f'<tr><th scope="row"><code>{escape(manifest.id)}</code>{mark}</th>{drawn}'
        f'<td class="c-do">{acts}</td></tr>'
    )


def _compare(manifests: Sequence[Manifest], current: str | None, say: Say) -> str:
    if len(manifests) < 2:
        return ""

    def select(name: str, chosen: str | None) -> str:
        options = "".join(
            f'<option value="{escape(m.id)}"{" selected" if m.id == chosen else ""}>'
            f"{day(m.created)} · {escape(m.id)}</option>"
            for m in manifests
        )
        return f'<label>{say(f"compare_{name}")} <select name="{name}">{options}</select></label>'

    other = next(m.id for m in manifests if m.id != current)
    return (
        f'<form class="compare" novalidate><h3>{say("compare")}</h3>{select("old", other)}'
        f"{select('new', current)}{button('compare', say('compare_do'))}</form>"
    )


def difference_html(
    old: Manifest, new: Manifest, found: Difference, titles: Mapping[str, str], say: Say
) -> str:
    """Draw what `new` has that `old` has not."""
    back = f'<p><a href="#generations">‹ {say("way_generations")}</a></p>'
    before, after = found.all_passages
    lead = say(
        "diff_passages", before=before, after=after, more=f"{after - before:+d}".replace("-", "−")
    )
    rows = [(g, "added", "") for g in found.added]
    rows += [(g, "removed", "") for g in found.removed]
    rows += [(g, "changed", "") for g in found.changed]
    rows += [
        (g, "re-statused", f"{say(f'status_{a}')} → {say(f'status_{b}')}")
        for g, a, b in found.restatused
    ]
    drawn = "".join(_difference(g, kind, more, found, titles, say) for g, kind, more in rows)
    heads = "".join(
        f'<th scope="col">{say(f"head_{h}")}</th>' for h in ("change", "guideline", "passages")
    )
    table = (
        f'<table class="changes"><thead><tr>{heads}</tr></thead><tbody>{drawn}</tbody></table>'
        if rows
        else f"<p>{say('diff_none')}</p>"
    )
    head = say("diff_title", old=old.id, new=new.id)
    dates = f"{day(old.created)} → {day(new.created)}"
    return f'{back}{title(head)}<p class="lead">{dates} · {lead}</p>{table}'


def _difference(
    guideline: str, kind: str, more: str, found: Difference, titles: Mapping[str, str], say: Say
) -> str:
    before, after = found.passages.get(guideline, (None, None))
    count = f"{before} → {after}" if before is not None else say("same")
    detail = f'<span class="maker">{more}</span>' if more else ""
    return (
        f'<tr><td data-label="{say("head_change")}"><span class="kind k-{kind}">'
        f'{say(f"kind_{kind}")}</span></td><th scope="row">'
        f"{escape(titles.get(guideline, guideline))} <code>{escape(guideline)}</code>{detail}</th>"
        f'<td data-label="{say("head_passages")}" class="c-passages">{count}</td></tr>'
    )


def ask_rollback(wanted: Manifest, found: Difference | None, say: Say) -> str:
    """Ask before another generation is used, with what the readers lose and get back."""
    follows = [say("rollback_1"), say("rollback_2")]
    if found is not None and found.removed:
        follows.append(say("rollback_loses", what=", ".join(found.removed)))
    if found is not None and found.added:
        follows.append(say("rollback_gains", what=", ".join(found.added)))
    follows.append(say("rollback_3"))
    confirm = button("rollback", say("rollback_do"), "danger", id=wanted.id)
    heading = say("rollback_ask", id=wanted.id, day=wanted.created.replace("T", " ")[:16])
    return dialog(heading, follows, "", confirm, say)
