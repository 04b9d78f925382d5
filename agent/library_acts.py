"""What the librarian's buttons do: each takes what a browser sent and gives the next view's HTML.

Nothing that was sent is believed: ids are looked up, paths are checked, texts are escaped.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from agent import library_list as editions
from agent.library_asks import ASKS, ask_first, proposed
from agent.library_edit import stamp
from agent.library_intray import Intray, Outcome
from agent.library_shelf import Told, shelf
from agent.library_views import Views, today
from agent.library_words import Say
from guidelines import catalogue, dismissals, metadata
from guidelines.home import Home
from guidelines.problem import Problem
from guidelines.succession import restore
from retrieval import generations, releases

Asked = Mapping[str, Any]


class Library:
    """One library as its librarian sees it; all tabs share the one build and the in-tray.

    Args:
        home: Where the library and the index lie.
        embedder: Name of the embedder that a build would use.
        intray: Where uploads wait.
    """

    def __init__(self, home: Home, embedder: str, intray: Intray) -> None:
        self._home, self._views = home, Views(home, embedder, intray)
        self._acts: dict[str, Callable[[Asked, Say], str]] = {
            "show": lambda asked, say: self._views.show(str(asked.get("view", "")), say),
            "uploaded": self._uploaded, "add": self._add, "drop": self._drop, "edit": self._edit,
            "retire": self._retire, "supersede": self._supersede, "restore": self._restore,
            "dismiss": self._dismiss, "propose": self._propose, "build": self._build,
            "force": self._build, "cancel": self._cancel, "forget": self._forget,
            "check": self._check, "verify": self._verify, "rollback": self._rollback,
            **dict.fromkeys(ASKS, self._ask),
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
            told = Told(refused=self._views.line(problem))
            view = "list" if asked["do"] == "show" else str(asked.get("view", ""))
            try:
                return self._views.show(view, say, told)
            except Problem:  # the catalogue itself cannot be read, and no view be drawn
                return shelf("list", "", say, told)

    def _ask(self, asked: Asked, say: Say) -> str:
        """Give the step that asks before something is done; the view stays as it is."""
        return ask_first(asked, self._home, self._views, say)

    def _uploaded(self, asked: Asked, say: Say) -> str:
        return self._views.add(self._views.intray.take(_dicts(asked.get("files"))), say)

    def _add(self, asked: Asked, say: Say) -> str:
        forms = _dicts(asked.get("forms"))
        replaced = self._views.intray.superseding(forms)
        if replaced and asked.get("sure") != "yes":
            return editions.ask_add(replaced, catalogue.load(self._home), say)
        outcome = self._views.intray.add(forms)
        if outcome.added:
            self._views.planner.begin()
            self._views.checker.begin(today())
        return self._views.add(outcome, say)

    def _drop(self, asked: Asked, say: Say) -> str:
        self._views.intray.drop(str(asked.get("token")))
        return self._views.add(Outcome(), say)

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
        return self._views.show(str(asked.get("view", "")), say, Told(done=done))

    def _edit(self, asked: Asked, say: Say) -> str:
        named = str(asked.get("id"))
        (sent, *_) = [*_dicts(asked.get("forms")), {}]
        values = {name: metadata.tidy(sent.get(name)) for name in metadata.EDITABLE}
        with catalogue.locked(self._home) as entries:
            stale = str(sent.get("token")) != stamp(catalogue.known(entries, named))
            faults = {} if stale else metadata.faults_of({**values, "id": named}, ())
            if not stale and not faults:
                metadata.edit(entries, named, values)
        if stale:
            return self._views.edit(named, say, Told(refused=say.plain("edit_stale")))
        if faults:
            wrong = Told(refused=say.plain("edit_wrong"))
            return self._views.edit(named, say, wrong, values, faults)
        return self._views.show("list", say, Told(done=say.plain("edit_saved", id=named)))

    def _dismiss(self, asked: Asked, say: Say) -> str:
        fault = proposed(asked, self._views.checker.known(today()))
        if fault is None:
            return self._views.checks(say, Told(refused=say.plain("dismissed_gone")))
        kind = next(k for k in dismissals.KINDS if k == fault.kind)
        reason, day = metadata.tidy(asked.get("reason")), today().isoformat()
        turned = dismissals.Dismissal(kind, fault.editions, reason, day, fault.title)
        dismissals.dismiss(self._home, turned)
        return self._views.checks(say, Told(done=say.plain("dismissed_done")))

    def _propose(self, asked: Asked, say: Say) -> str:
        named = tuple(str(asked[k]) for k in ("id", "other") if asked.get(k))
        dismissals.again(self._home, str(asked.get("about")), named)
        return self._views.checks(say, Told(done=say.plain("proposed_again")))

    def _build(self, asked: Asked, say: Say) -> str:
        reason = " ".join(str(asked.get("reason") or "").split())[:300]
        if asked["do"] == "force" and not reason:
            return self._views.build(say, Told(refused=say.plain("force_empty")))
        self._views.planner.leave()
        self._views.job.start(reason)
        return self._views.build(say)

    def _cancel(self, _: Asked, say: Say) -> str:
        self._views.job.cancel()
        return self._views.build(say)

    def _forget(self, _: Asked, say: Say) -> str:
        self._views.job.forget()
        return self._views.build(say)

    def _check(self, _: Asked, say: Say) -> str:
        self._views.checker.forget()
        return self._views.checks(say)

    def _verify(self, asked: Asked, say: Say) -> str:
        manifest = generations.checked(self._home, str(asked.get("id")))
        done = say.plain("verified", id=manifest.id, n=len(manifest.files))
        return self._views.generations([], say, Told(done=done))

    def _rollback(self, asked: Asked, say: Say) -> str:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        releases.rollback(self._home, str(asked.get("id")), now)
        return self._views.generations([], say, Told(done=say.plain("rolled_back", id=asked["id"])))


def _dicts(sent: object) -> list[dict[str, Any]]:
    """Give the objects of a list that a browser sent; none where it sent something else."""
    return [x for x in sent if isinstance(x, dict)] if isinstance(sent, list) else []
