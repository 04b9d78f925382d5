"""What the librarian's page shows: each view drawn from the library as it stands now.

Changes nothing in the library; what takes long is read in the background.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime

from agent import library_list as editions
from agent.library_add import add_html
from agent.library_building import building_html, spoken
from agent.library_checks import checking_html, checks_html
from agent.library_edit import edit_html
from agent.library_errand import Pending
from agent.library_history import difference_html, history_html
from agent.library_intray import Intray, Outcome
from agent.library_job import BuildJob
from agent.library_planner import Planner
from agent.library_preview import opening_html, preview_html
from agent.library_reading import Leaf
from agent.library_report import Checker, standing
from agent.library_shelf import NOTHING, Told, shelf
from agent.library_words import Say
from guidelines import catalogue, dismissals
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.problem import Problem
from retrieval import generations as released
from retrieval import store

# Seconds a click waits for something to be read before the page says that it is being read.
_PATIENCE = 0.5


def today() -> date:
    """Give the day for which dates are judged."""
    return datetime.now(UTC).date()


class Views:
    """One library's views, and the readings and the build that they follow.

    Args:
        home: Where the library and the index lie.
        embedder: Name of the embedder that a build would use.
        intray: Where uploads wait.
    """

    def __init__(self, home: Home, embedder: str, intray: Intray) -> None:
        self._home, self.intray = home, intray
        self.job, self.planner = BuildJob(home), Planner(home, embedder)
        self.checker, self._leaf = Checker(home), Leaf(home)

    def show(self, view: str, say: Say, told: Told = NOTHING) -> str:
        """Draw a view by its address, the list where there is no such view."""
        name, *rest = view.split("/")
        if name == "build":
            return self.build(say, told)
        if name == "add":
            return self.add(Outcome(), say, told)
        if name == "checks":
            return self.checks(say, told)
        if name == "generations":
            return self.generations(rest, say, told)
        if name == "page" and len(rest) == 2:
            return self._page(view, rest[0], rest[1], say, told)
        if name == "edit" and len(rest) == 1:
            return self.edit(rest[0], say, told)
        return self._list(say, told)

    def _page(self, view: str, named: str, number: str, say: Say, told: Told) -> str:
        entry = catalogue.known(catalogue.load(self._home), named)
        at = int(number) if number.isdecimal() else 0
        page = self._leaf.ask(entry, at, _PATIENCE)
        if isinstance(page, Pending):
            heard = say.plain("page_reading", n=entry.pages)
            body = opening_html(entry, page, say)
            return shelf(view, body, say, told, poll=True, spoken=heard)
        return shelf(view, preview_html(entry, page, say), say, told)

    def edit(
        self,
        named: str,
        say: Say,
        told: Told = NOTHING,
        values: Mapping[str, str] | None = None,
        faults: Mapping[str, str] | None = None,
    ) -> str:
        """Draw the form of an edition, with what was written in it and its faults if there are."""
        entries = catalogue.load(self._home)
        entry = catalogue.known(entries, named)
        body = edit_html(entry, list(entries.values()), say, values, faults)
        return shelf(f"edit/{named}", body, say, told)

    def _list(self, say: Say, told: Told) -> str:
        manifest = self.manifest()
        known = self.checker.known(today())
        open_ = standing(known, dismissals.load(self._home)).proposed if known else ()
        entries = list(catalogue.load(self._home).values())
        counts = manifest.counts if manifest else {}
        body = editions.list_html(entries, counts, today(), len(open_), say)
        return shelf("list", body, say, told)

    def add(self, outcome: Outcome, say: Say, told: Told = NOTHING) -> str:
        """Draw the forms that wait, and what the last round did."""
        entries = list(catalogue.load(self._home).values())
        forms = self.intray.forms()
        body = add_html(forms, outcome.refused, outcome.added, entries, say)
        wrong = sum(bool(f.faults or f.refused) for f in forms)
        heard = say.plain("heard_add", added=len(outcome.added), refused=len(outcome.refused),
                          waiting=len(forms), wrong=wrong)  # fmt: skip
        return shelf("add", body, say, told, spoken=heard if forms or outcome.added else "")

    def build(self, say: Say, told: Told = NOTHING) -> str:
        """Draw the build and the plan."""
        now = self.job.progress()
        made = None
        if not now.running:
            try:
                made = self.planner.ask(_PATIENCE)
            except Problem as problem:  # a PDF that cannot be read: the check says which and how
                told = Told(refused=self.line(problem), mend="checks")
        titles = {e.id: e.title for e in catalogue.load(self._home).values()}
        manifest = self.manifest()
        titles = {**(manifest.titles if manifest else {}), **titles}
        body = building_html(made, now, titles, say)
        reading_it = isinstance(made, Pending)
        heard = spoken(now, titles, say) or (say.plain("plan_reading") if reading_it else "")
        return shelf("build", body, say, told, poll=now.running or reading_it, spoken=heard)

    def checks(self, say: Say, told: Told = NOTHING) -> str:
        """Draw the report, or that it is being made."""
        found = self.checker.ask(today(), _PATIENCE)
        entries = catalogue.load(self._home)
        if isinstance(found, Pending):
            body = checking_html(found, len(entries), say)
            heard = say.plain("checking", n=len(entries))
            return shelf("checks", body, say, told, poll=True, spoken=heard)
        body = checks_html(found, entries, dismissals.load(self._home), say)
        return shelf("checks", body, say, told)

    def generations(self, pair: list[str], say: Say, told: Told = NOTHING) -> str:
        """Draw the generations, or how two of them differ."""
        manifests, broken = released.listed(self._home)
        by_id = {m.id: m for m in manifests}
        if len(pair) == 2 and set(pair) <= set(by_id):
            old, new = by_id[pair[0]], by_id[pair[1]]
            found = released.difference(old, new)
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
            released.checked(self._home, current)
        except Problem as problem:
            line = say.plain("generation_unfit", line=self.line(problem))
            return Told(refused=line, mend="build")
        return NOTHING

    def manifest(self) -> store.Manifest | None:
        """Give what is in the index in use, if it can be read."""
        current = store.current_id(self._home)
        by_id = {m.id: m for m in released.listed(self._home)[0]}
        return by_id.get(current or "")

    def line(self, problem: Problem) -> str:
        """Give a problem's line with titles in place of the files, which are named by a hash."""
        line = f"{problem.what}: {problem.why}."
        entries: dict[str, Guideline] = {}
        with suppress(Problem):  # the catalogue itself may be what is at fault
            entries = catalogue.load(self._home)
        for entry in entries.values():
            line = line.replace(f"{entry.sha256}.pdf", f"{entry.file} ({entry.id})")
        return line
