"""Draws the next build: what it would do, how far it is, and how it ended with its gate; pure."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from agent.library_errand import Pending
from agent.library_job import Progress
from agent.library_shelf import button, title, waiting
from agent.library_words import Say
from retrieval.gate import told as gate_lines
from retrieval.plan import Change, Plan

_HITS = re.compile(r"of (\d+) of (\d+) questions.*?that of (\d+)")
_PAGE = re.compile(r", page (\d+) of (\d+)$")
_SHOWN = ("added", "changed", "removed", "re-statused")


def building_html(
    made: Plan | Pending | None, now: Progress, titles: Mapping[str, str], say: Say
) -> str:
    """Draw the view: the build that runs or has ended, then the plan, if there can be one."""
    body = ""
    if now.running:
        body = _running(now, titles, say)
    elif now.phase == "done":
        body = _done(now.result, say)
    elif now.phase != "none":
        body = _not_done(now, say)
    planned = ""
    if isinstance(made, Pending):
        words = _at(made.what, titles, say) if made.what else say("plan_reading")
        planned = f"<h3>{say('plan')}</h3>" + waiting(
            words, made.seconds, say("plan_meanwhile"), say
        )
    elif made is not None:
        planned = _plan(made, titles, say)
    return title(say("build")) + body + planned


def spoken(now: Progress, titles: Mapping[str, str], say: Say) -> str:
    """Say the phase to a screen reader: each once, not each number."""
    if not now.running and now.phase != "done":
        return ""
    return say.plain(f"phase_{now.phase}", what=_named(now.what, titles))


def _named(what: str, titles: Mapping[str, str]) -> str:
    """Give the title of the edition that is read, without the page it is at."""
    name = what.partition(", page ")[0]
    return titles.get(name, name)


def _at(what: str, titles: Mapping[str, str], say: Say) -> str:
    """Say which edition is read and how far, as the reader tells it; HTML."""
    words = say("phase_reading", what=_named(what, titles))
    page = _PAGE.search(what)
    return f"{words} {say('at_page', n=page[1], all=page[2])}" if page else words


def _plan(made: Plan, titles: Mapping[str, str], say: Say) -> str:
    changes = [c for c in made.changes if c.kind in _SHOWN]
    same = sum(c.kind == "unchanged" for c in made.changes)
    embed = sum(c.passages for c in changes if c.kind in ("added", "changed"))
    head = f"<h3>{say('plan')}</h3>"
    if not changes:
        key = "plan_nothing" if same else "plan_empty"
        return f'<section class="plan">{head}<p class="lead">{say(key, n=same)}</p></section>'
    rows = "".join(_change(c, titles, say) for c in changes)
    heads = "".join(
        f'<th scope="col">{say(f"head_{h}")}</th>' for h in ("change", "guideline", "passages")
    )
    needs = any(c.kind != "re-statused" for c in changes)
    lead = say("plan_lead", n=embed, time=say.time(made.seconds)) if embed else say("plan_quick")
    then = f"<p>{say('plan_then')}</p>"
    if not needs:
        lead, then = say("plan_status_only"), ""
    return (
        f'<section class="plan">{head}<p class="lead">{lead}</p>{then}'
        f'<table class="changes"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        + (f'<p class="maker">{say("plan_same", n=same)}</p>' if same else "")
        + f'<div class="choices left">{button("build", say("build_do"), "main")}</div></section>'
    )


def _change(change: Change, titles: Mapping[str, str], say: Say) -> str:
    count = "–" if change.kind == "re-statused" else str(change.passages)
    detail = f'<span class="maker">{escape(change.detail)}</span>' if change.detail else ""
    named = escape(titles.get(change.guideline, change.guideline))
    return (
        f'<tr><td data-label="{say("head_change")}"><span class="kind k-{change.kind}">'
        f"{say(f'kind_{change.kind}')}</span></td>"
        f'<th scope="row">{named} <code>{escape(change.guideline)}</code>{detail}</th>'
        f'<td data-label="{say("head_passages")}" class="c-passages">{count}</td></tr>'
    )


def _running(now: Progress, titles: Mapping[str, str], say: Say) -> str:
    reading = now.phase == "reading"
    what = _at(now.what, titles, say) if reading else say(f"phase_{now.phase}")
    bar = count = ""
    if now.phase in ("embedding", "checking") and now.of:
        bar = (
            f'<progress max="{now.of}" value="{now.done}" '
            f'aria-label="{say("embedded")}"></progress>'
        )
        count = f'<span class="count">{say("n_of_m", n=now.done, m=now.of)}</span>'
    stop = "" if now.phase == "stopping" else button("cancel", say("build_stop"), "danger")
    return (
        f'<section class="box running"><p class="progress"><span class="pulse" aria-hidden="true">'
        f'</span><span class="progress-words">{what}</span>{count}'
        f'<span class="progress-seconds" aria-hidden="true">{say("seconds", n=now.seconds)}</span>'
        f"</p>{bar}<p>{say('build_meanwhile')}</p>"
        f'<div class="choices left">{stop}</div></section>'
    )


def _done(result: Mapping[str, Any], say: Say) -> str:
    key = "done_unchanged" if result["unchanged"] else "done"
    numbers = say(
        "done_counts",
        passages=result["passages"],
        n=len(result["counts"]),
        embedded=result["embedded"],
        reused=result["reused"],
    )
    return (
        f'<section class="box good"><h3>{say(key, id=result["id"])}</h3><p>{numbers}</p>'
        f"<p><strong>{say('head_gate')}:</strong> {gate_words(result['gate'], say)}</p>"
        f'<div class="choices left">{button("forget", say("understood"))}'
        f'<a class="do" href="#generations">{say("way_generations")}</a></div></section>'
    )


def gate_words(gate: Mapping[str, Any], say: Say) -> str:
    """Say in one line what the gate found; HTML."""
    if not gate or not gate.get("questions"):
        return say("gate_nothing")
    told = say("gate_found", found=gate["found"], n=gate["questions"], depth=gate.get("depth", 5))
    if gate.get("before") is not None:
        told += " " + say("gate_before", before=gate["before"])
    for line in gate_lines(gate):
        told += f' <span class="maker">{escape(line)}</span>'
    if gate.get("forced"):
        told += f' <strong class="past">{say("gate_forced", why=gate["forced"])}</strong>'
    return told


def _not_done(now: Progress, say: Say) -> str:
    if now.phase == "stopped":
        inner = f"<h3>{say('stopped')}</h3><p>{say('stopped_safe')}</p>"
    elif now.by_gate:
        inner = f"<h3>{say('gate_shut')}</h3>{_hits(now.line, say)}<p>{escape(now.line)}</p>"
        inner += f"<p>{say('gate_advice')}</p>{_force(say)}"
    else:
        inner = f"<h3>{say('failed')}</h3><p>{escape(now.line)}</p><p>{say('stopped_safe')}</p>"
    away = button("forget", say("understood"))
    return f'<section class="box bad">{inner}<div class="choices left">{away}</div></section>'


def _hits(line: str, say: Say) -> str:
    """Draw golden questions found before and after as two bars, where the line tells them."""
    told = _HITS.search(line)
    if told is None:
        return ""
    after, questions, before = (int(n) for n in told.groups())
    rows = "".join(
        f"<tr><th scope='row'>{say(key)}</th><td><progress max='{questions}' value='{n}' "
        f"aria-hidden='true'></progress></td><td>{say('n_of_m', n=n, m=questions)}</td></tr>"
        for key, n in (("hits_before", before), ("hits_after", after))
    )
    return f'<table class="hits"><tbody>{rows}</tbody></table>'


def _force(say: Say) -> str:
    """Draw the way past the gate, folded: a reason is asked for, and kept."""
    confirm = button("force", say("force_do"), "danger")
    return (
        f'<details class="force"><summary>{say("force")}</summary><form novalidate>'
        f'<p><label for="reason">{say("force_reason")} <span class="must">{say("must")}</span>'
        f'</label><input id="reason" name="reason" maxlength="300" autocomplete="off" required>'
        f'<span class="hint">{say("force_kept")}</span></p>{confirm}</form></details>'
    )
