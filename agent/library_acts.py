"""What the librarian's buttons do: each takes what a browser sent and gives the next view's HTML.

Nothing that was sent is believed: ids are looked up, paths are checked, texts are escaped.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from agent import library_list as editions
from agent.library_add import add_html
from agent.library_building import building_html, spoken
from agent.library_checks import checking_html, checks_html
from agent.library_errand import Pending
from agent.library_history import ask_rollback, difference_html, history_html
from agent.library_intray import Intray, Outcome
from agent.library_job import BuildJob
from agent.library_planner import Planner
from agent.library_preview import opening_html, preview_html
from agent.library_reading import Leaf
from agent.library_report import Checker
from agent.library_shelf import NOTHING, Told, shelf
from agent.library_words import Say
from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.problem import Problem
from guidelines.succession import restore
from retrieval import generations, releases, store

# Seconds a click waits for something to be read before the page says that it is being read.
_PATIENCE = 0.5
Asked = Mapping[str, Any]


class Library:
    """One library as its librarian sees it; all tabs share the one build and the in-tray.

    Args:
        home: Where the library and the index lie.
        embedder: Name of the embedder that a build would use.
        intray: Where uploads wait.
    """

    def __init__(self, home: Home, embedder: str, intray: Intray) -> None:
        self._home, self._intray = home, intray
        self._job, self._planner = BuildJob(home), Planner(home, embedder)
        self._checker, self._leaf = Checker(home), Leaf(home)
        self._acts: dict[str, Callable[[Asked, Say], str]] = {
            "show": lambda asked, say: self.show(str(asked.get("view", "")), say),
            "uploaded": self._uploaded, "add": self._add, "drop": self._drop,
            "ask-retire": self._ask, "ask-supersede": self._ask, "ask-restore": self._ask,
            "ask-rollback": self._ask, "retire": self._retire, "supersede": self._supersede,
            "restore": self._restore, "build": self._build, "force": self._build,
            "cancel": self._cancel, "forget": self._forget, "check": self._check,
            "verify": self._verify, "rollback": self._rollback,
        }  # fmt: skip

    def act(self, sent: str) -> str:
        """Do what a browser asked and draw what it should show; a Problem is one line above it."""
        try:
            asked = json.loads(sent)
            do = self._acts[asked["do"]]
        except (ValueError, TypeError, KeyError):
            asked, do = {"do": "show", "view": "list"}, self._acts["show"]
        say = Say(asked.get("language"))
        try:
            return do(asked, say)
        except Problem as problem:
            told = Told(refused=self._line(problem))
            view = "list" if asked["do"] == "show" else str(asked.get("view", ""))
            try:
                return self.show(view, say, told)
            except Problem:  # the catalogue itself cannot be read, and no view be drawn
                return shelf("list", "", say, told)

    def show(self, view: str, say: Say, told: Told = NOTHING) -> str:
        """Draw a view by its address, the list where there is no such view."""
        name, *rest = view.split("/")
        if name == "build":
            return self._show_build(say, told)
        if name == "add":
            return self._show_add(Outcome(), say, told)
        if name == "checks":
            return self._show_checks(say, told)
        if name == "generations":
            return self._show_generations(rest, say, told)
        if name == "page" and len(rest) == 2:
            return self._show_page(view, rest[0], rest[1], say, told)
        return self._show_list(say, told)

    def _show_page(self, view: str, named: str, number: str, say: Say, told: Told) -> str:
        entry = catalogue.known(catalogue.load(self._home), named)
        at = int(number) if number.isdecimal() else 0
        page = self._leaf.ask(entry, at, _PATIENCE)
        if isinstance(page, Pending):
            heard = say.plain("page_reading", n=entry.pages)
            body = opening_html(entry, page, say)
            return shelf(view, body, say, told, poll=True, spoken=heard)
        return shelf(view, preview_html(entry, page, say), say, told)

    def _show_list(self, say: Say, told: Told) -> str:
        manifest = self._manifest()
        known = self._checker.known(_today())
        entries = list(catalogue.load(self._home).values())
        counts = manifest.counts if manifest else {}
        body = editions.list_html(
            entries, counts, _today(), len(known.proposed if known else ()), say
        )
        return shelf("list", body, say, told)

    def _show_add(self, outcome: Outcome, say: Say, told: Told = NOTHING) -> str:
        entries = list(catalogue.load(self._home).values())
        forms = self._intray.forms()
        body = add_html(forms, outcome.refused, outcome.added, entries, say)
        wrong = sum(bool(f.faults or f.refused) for f in forms)
        heard = say.plain("heard_add", added=len(outcome.added), refused=len(outcome.refused),
                          waiting=len(forms), wrong=wrong)  # fmt: skip
        return shelf("add", body, say, told, spoken=heard if forms or outcome.added else "")

    def _show_build(self, say: Say, told: Told = NOTHING) -> str:
        now = self._job.progress()
        made = None
        if not now.running:
            try:
                made = self._planner.ask(_PATIENCE)
            except Problem as problem:  # a PDF that cannot be read: the check says which and how
                told = Told(refused=self._line(problem), mend="checks")
        titles = {e.id: e.title for e in catalogue.load(self._home).values()}
        manifest = self._manifest()
        titles = {**(manifest.titles if manifest else {}), **titles}
        body = building_html(made, now, titles, say)
        reading_it = isinstance(made, Pending)
        heard = spoken(now, titles, say) or (say.plain("plan_reading") if reading_it else "")
        return shelf("build", body, say, told, poll=now.running or reading_it, spoken=heard)

    def _show_checks(self, say: Say, told: Told = NOTHING) -> str:
        found = self._checker.ask(_today(), _PATIENCE)
        entries = catalogue.load(self._home)
        if isinstance(found, Pending):
            body = checking_html(found, len(entries), say)
            heard = say.plain("checking", n=len(entries))
            return shelf("checks", body, say, told, poll=True, spoken=heard)
        return shelf("checks", checks_html(found, entries, say), say, told)

    def _show_generations(self, pair: list[str], say: Say, told: Told = NOTHING) -> str:
        manifests, broken = generations.listed(self._home)
        by_id = {m.id: m for m in manifests}
        if len(pair) == 2 and set(pair) <= set(by_id):
            old, new = by_id[pair[0]], by_id[pair[1]]
            found = generations.difference(old, new)
            titles = {**old.titles, **new.titles}
            body = difference_html(old, new, found, titles, say)
            return shelf("/".join(["generations", *pair]), body, say, told)
        current = store.current_id(self._home)
        body = history_html(manifests, current, broken, say)
        if current and told == NOTHING:
            told = self._unfit(current, say)
        return shelf("generations", body, say, told)

    def _unfit(self, current: str, say: Say) -> Told:
        """Tell a generation in use that no reader would take up now."""
        try:
            generations.checked(self._home, current)
        except Problem as problem:
            line = say.plain("generation_unfit", line=self._line(problem))
            return Told(refused=line, mend="build")
        return NOTHING

    def _manifest(self) -> store.Manifest | None:
        current = store.current_id(self._home)
        by_id = {m.id: m for m in generations.listed(self._home)[0]}
        return by_id.get(current or "")

    def _line(self, problem: Problem) -> str:
        """Give a problem's line with titles in place of the files, which are named by a hash."""
        line = f"{problem.what}: {problem.why}."
        entries: dict[str, Guideline] = {}
        with suppress(Problem):  # the catalogue itself may be what is at fault
            entries = catalogue.load(self._home)
        for entry in entries.values():
            line = line.replace(f"{entry.sha256}.pdf", f"{entry.file} ({entry.id})")
        return line

    def _uploaded(self, asked: Asked, say: Say) -> str:
        return self._show_add(self._intray.take(_dicts(asked.get("files"))), say)

    def _add(self, asked: Asked, say: Say) -> str:
        forms = _dicts(asked.get("forms"))
        replaced = self._intray.superseding(forms)
        if replaced and asked.get("sure") != "yes":
            return editions.ask_add(replaced, catalogue.load(self._home), say)
        outcome = self._intray.add(forms)
        if outcome.added:
            self._planner.begin()
            self._checker.begin(_today())
        return self._show_add(outcome, say)

    def _drop(self, asked: Asked, say: Say) -> str:
        self._intray.drop(str(asked.get("token")))
        return self._show_add(Outcome(), say)

    def _ask(self, asked: Asked, say: Say) -> str:
        """Give the step that asks before something is done; the view stays as it is."""
        named = str(asked.get("id"))
        if asked["do"] == "ask-rollback":
            wanted = generations.checked(self._home, named)
            now = self._manifest()
            return ask_rollback(wanted, generations.difference(now, wanted) if now else None, say)
        entries = catalogue.load(self._home)
        entry = catalogue.known(entries, named)
        if asked["do"] == "ask-retire":
            return editions.ask_retire(entry, say)
        if asked["do"] == "ask-restore":
            return editions.ask_restore(entry, say)
        others, manifest = list(entries.values()), self._manifest()
        counts = manifest.counts if manifest else {}
        return editions.ask_supersede(entry, others, str(asked.get("new") or ""), counts, say)

    def _retire(self, asked: Asked, say: Say) -> str:
        with catalogue.locked(self._home) as entries:
            catalogue.retire(entries, catalogue.known(entries, str(asked.get("id"))).id)
        return self._changed(asked, say, say.plain("retired", id=asked["id"]))

    def _supersede(self, asked: Asked, say: Say) -> str:
        old, new = str(asked.get("old")), str(asked.get("new"))
        with catalogue.locked(self._home) as entries:
            catalogue.supersede(entries, old, new)
        return self._changed(asked, say, say.plain("superseded", old=old, new=new))

    def _restore(self, asked: Asked, say: Say) -> str:
        with catalogue.locked(self._home) as entries:
            restore(entries, str(asked.get("id")))
        return self._changed(asked, say, say.plain("restored", id=asked["id"]))

    def _changed(self, asked: Asked, say: Say, done: str) -> str:
        return self.show(str(asked.get("view", "")), say, Told(done=done))

    def _build(self, asked: Asked, say: Say) -> str:
        reason = " ".join(str(asked.get("reason") or "").split())[:300]
        if asked["do"] == "force" and not reason:
            return self._show_build(say, Told(refused=say.plain("force_empty")))
        self._planner.leave()
        self._job.start(reason)
        return self._show_build(say)

    def _cancel(self, _: Asked, say: Say) -> str:
        self._job.cancel()
        return self._show_build(say)

    def _forget(self, _: Asked, say: Say) -> str:
        self._job.forget()
        return self._show_build(say)

    def _check(self, _: Asked, say: Say) -> str:
        self._checker.forget()
        return self._show_checks(say)

    def _verify(self, asked: Asked, say: Say) -> str:
        manifest = generations.checked(self._home, str(asked.get("id")))
        done = say.plain("verified", id=manifest.id, n=len(manifest.files))
        return self._show_generations([], say, Told(done=done))

    def _rollback(self, asked: Asked, say: Say) -> str:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        releases.rollback(self._home, str(asked.get("id")), now)
        return self._show_generations([], say, Told(done=say.plain("rolled_back", id=asked["id"])))


def _today() -> date:
    return datetime.now(UTC).date()


def _dicts(sent: object) -> list[dict[str, Any]]:
    """Give the objects of a list that a browser sent; none where it sent something else."""
    return [x for x in sent if isinstance(x, dict)] if isinstance(sent, list) else []
