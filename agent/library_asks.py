"""The steps that ask a librarian before something is done: which question each button leads to.

Looks up what is asked about; changes nothing.
"""

from collections.abc import Mapping
from typing import Any

from agent import library_list as editions
from agent.library_dismiss import ask_dismiss
from agent.library_history import ask_rollback
from agent.library_report import Report
from agent.library_views import Views, today
from agent.library_words import Say
from guidelines import catalogue
from guidelines.check import Fault
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import generations

ASKS = ("ask-retire", "ask-supersede", "ask-restore", "ask-rollback", "ask-dismiss")


def ask_first(asked: Mapping[str, Any], home: Home, views: Views, say: Say) -> str:
    """Give the dialog; the view stays as it is.

    Raises:
        Problem: what is asked about is not there, or no longer.
    """
    named, manifest = str(asked.get("id")), views.manifest()
    if asked["do"] == "ask-rollback":
        wanted = generations.checked(home, named)
        found = generations.difference(manifest, wanted) if manifest else None
        return ask_rollback(wanted, found, say)
    entries = catalogue.load(home)
    if asked["do"] == "ask-dismiss":
        fault = proposed(asked, views.checker.known(today()))
        if fault is None:
            raise Problem("this proposal", "is not made any more", "clinicite library check")
        return ask_dismiss(fault, entries, say)
    entry = catalogue.known(entries, named)
    if asked["do"] == "ask-retire":
        return editions.ask_retire(entry, say)
    if asked["do"] == "ask-restore":
        return editions.ask_restore(entry, say)
    others, counts = list(entries.values()), manifest.counts if manifest else {}
    return editions.ask_supersede(entry, others, str(asked.get("new") or ""), counts, say)


def proposed(asked: Mapping[str, Any], report: Report | None) -> Fault | None:
    """Find the proposal that a browser names in what the check has found."""
    named = tuple(str(asked[key]) for key in ("id", "other") if asked.get(key))
    faults = [] if report is None else [*report.faults, *(p.fault for p, _ in report.proposed)]
    return next((f for f in faults if (f.kind, f.editions) == (asked.get("about"), named)), None)
