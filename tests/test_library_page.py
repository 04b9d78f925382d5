"""The librarian's page without a browser: its texts, forms, gate, views, and succession."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from starlette.datastructures import Headers

from agent.library_building import building_html
from agent.library_form import clean
from agent.library_gate import NOBODY, access, refusal
from agent.library_job import Progress
from agent.library_list import list_html, review
from agent.library_words import TEXTS, Say
from guidelines import catalogue
from guidelines.catalogue import Guideline
from guidelines.home import Home
from guidelines.metadata import faults_of
from guidelines.pages import page_text
from guidelines.rectangles import outlines
from guidelines.succession import orphans, restore
from retrieval.plan import Change, Plan
from tests.conftest import ROOT

SAY = Say("en")
SOURCES = [*(ROOT / "agent").glob("library_*.py"), ROOT / "agent" / "page_transcript.py"]
WHOLE = {"title": "T", "publisher": "P", "edition": "1", "id": "t-1"}


def edition(name: str, **more: str) -> Guideline:
    return replace(Guideline(name, "Fever", "0" * 64, f"{name}.pdf", 4), **more)  # type: ignore[arg-type]


def test_every_text_is_in_both_languages_and_each_is_used() -> None:
    assert len(TEXTS) > 170
    for key, (english, chinese) in TEXTS.items():
        assert english.strip(), key
        assert chinese.strip(), key
        assert english != chinese, key
        fills = [sorted(re.findall(r"\{(\w+)\}", text)) for text in (english, chinese)]
        assert fills[0] == fills[1], key
    code = "\n".join(path.read_text("utf-8") for path in SOURCES)
    whole = set(re.findall(r"[\"']([a-z_0-9-]+)[\"']", code))
    begins = tuple(re.findall(r"say(?:\.plain)?\(f[\"']([a-z]+_)\{", code))
    assert len(begins) >= 8
    unused = [k for k in TEXTS if k not in whole and not k.startswith(begins)]
    assert unused == []
    asked = set(re.findall(r"say(?:\.plain)?\(\s*[\"']([a-z_0-9-]+)[\"']", code))
    assert len(asked) > 100
    assert asked - set(TEXTS) == set()


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"title": " "}, {"title": "empty"}),
        ({"published": "2025-02-30"}, {"published": "date"}),
        ({"published": "2025-06-01", "review_by": "2025-06-01"}, {"review_by": "review"}),
        ({"id": "../x"}, {"id": "id"}),
        ({"id": "taken"}, {"id": "taken"}),
        ({"url": "javascript:alert(1)"}, {"url": "url"}),
        ({"published": "2025-06-01", "review_by": "2030-06-01", "url": "https://a.b/c"}, {}),
    ],
)
def test_each_fault_of_a_form_is_named_at_its_field(
    given: dict[str, str], fault: dict[str, str]
) -> None:
    assert faults_of({**WHOLE, **given}, {"taken"}) == fault


def test_only_known_fields_of_a_form_are_kept() -> None:
    kept = clean({"title": "  A\nB ", "sha256": "f" * 64, "status": "current", "x": 1})
    assert kept["title"] == "A B"
    assert not {"sha256", "status", "x"} & set(kept)


def headers(**fields: str) -> Headers:
    return Headers({name.replace("_", "-"): value for name, value in fields.items()})


HERE = ("127.0.0.1", 5000)


@pytest.mark.parametrize(
    ("method", "told", "client", "code"),
    [
        ("GET", {"host": "127.0.0.1:7860"}, HERE, None),
        ("POST", {"host": "localhost:7860", "origin": "http://localhost:7860"}, HERE, None),
        ("GET", {"host": "clinicite.hospital.example"}, HERE, 403),
        ("GET", {"host": "127.0.0.1:7860", "x_forwarded_for": "10.0.0.9"}, HERE, 403),
        ("GET", {"host": "127.0.0.1:7860"}, ("10.0.0.9", 5000), 403),
        ("POST", {"host": "127.0.0.1:7860", "origin": "https://evil.example"}, HERE, 403),
        ("POST", {"host": "127.0.0.1:7860", "sec_fetch_site": "cross-site"}, HERE, 403),
        ("POST", {"host": "127.0.0.1:7860", "origin": "null"}, HERE, 403),
    ],
)
def test_without_a_password_only_this_machine_gets_in(
    method: str, told: dict[str, str], client: tuple[str, int], code: int | None
) -> None:
    found = refusal(method, headers(**told), client, access(True, "127.0.0.1", "librarian", ""))
    assert (found.status_code if found else None) == code


def test_with_a_password_it_is_asked_of_everybody() -> None:
    allowed = access(True, "0.0.0.0", "anna", "s3cret")
    assert allowed.served
    right = "Basic YW5uYTpzM2NyZXQ="  # anna:s3cret
    for told, code in (("", 401), ("Basic !!", 401), ("Basic YW5uYTp4", 401), (right, None)):
        found = refusal(
            "GET", headers(host="10.0.0.5", authorization=told), ("10.0.0.9", 1), allowed
        )
        assert (found.status_code if found else None) == code, told
    assert "s3cret" not in allowed.why


def test_who_may_use_it_is_decided_and_said_in_one_line() -> None:
    assert not access(False, "127.0.0.1", "u", "p").served
    open_to_all = access(True, "0.0.0.0", "librarian", "")
    assert not open_to_all.served
    assert "0.0.0.0 and CLINICITE_LIBRARY_PASSWORD is not set" in open_to_all.why
    assert "\n" not in open_to_all.why
    assert not NOBODY.served


def test_a_past_review_is_marked_only_where_it_is_still_cited() -> None:
    today = date(2026, 1, 1)
    old = edition("a", review_by="2025-12-31")
    assert "past" in review(old, today, SAY)
    assert "past" not in review(replace(old, review_by="2026-01-01"), today, SAY)
    assert "past" not in review(replace(old, status="retired"), today, SAY)
    assert "not known" in review(edition("b"), today, SAY)


def test_the_list_escapes_what_a_catalogue_says_and_counts_what_waits() -> None:
    entries = [edition("a", title="<img src=x>"), edition("b"), edition("c", status="retired")]
    drawn = list_html(entries, {"a": 17}, date(2026, 1, 1), 1, SAY)
    assert "<img" not in drawn
    assert "&lt;img src=x&gt;" in drawn
    assert "3 editions, 2 of them current" in drawn
    assert "so not found yet: 1" in drawn
    assert drawn.count('data-do="ask-retire"') == 2
    assert drawn.count('data-do="ask-restore"') == 1


def test_a_refused_gate_shows_both_counts_and_asks_for_a_reason() -> None:
    line = (
        "generation abc: finds the golden page of 3 of 10 questions, the current generation def "
        "that of 7; not promoted."
    )
    drawn = building_html(None, Progress("refused", line=line, by_gate=True), {}, SAY)
    assert re.findall(r"<progress max='(\d+)' value='(\d+)'", drawn) == [("10", "7"), ("10", "3")]
    assert 'name="reason"' in drawn
    other = building_html(None, Progress("refused", line="a PDF is missing."), {}, SAY)
    assert 'name="reason"' not in other


def test_the_plan_says_what_and_how_long() -> None:
    made = Plan((Change("a", "added", 40), Change("b", "removed", 7, "retired")), 300.0)
    drawn = building_html(made, Progress(), {"a": "Fever"}, SAY)
    assert "40 passages to embed, about 5 min" in drawn
    assert "Fever <code>a</code>" in drawn
    only = Plan((Change("a", "re-statused", 0, "current to superseded"),), 0.0)
    assert "count already without a build" in building_html(only, Progress(), {}, SAY)
    none = building_html(Plan((Change("a", "unchanged", 0),), 0.0), Progress(), {}, SAY)
    assert "Nothing to do" in none
    assert 'data-do="build"' not in none


def test_a_superseded_edition_that_nothing_current_follows_is_a_fault() -> None:
    old = edition("old", status="superseded")
    new = edition("new", supersedes="old")
    assert orphans([old, new]) == []
    assert [f.guideline for f in orphans([old, replace(new, status="retired")])] == ["old"]
    newest = edition("newest", supersedes="new")
    assert orphans([old, replace(new, status="superseded"), newest]) == []


def test_making_an_edition_current_again_undoes_its_supersession() -> None:
    entries = {"old": edition("old"), "new": edition("new")}
    before = dict(entries)
    catalogue.supersede(entries, "old", "new")
    restore(entries, "old")
    assert entries == before


def test_the_outline_of_a_line_lies_on_its_words(sample_home: Home) -> None:
    entry = catalogue.load(sample_home)["cap-adults-2025"]
    path = catalogue.file_of(sample_home, entry)
    start = page_text(path, 3).index("1 Scope")
    ((part,),) = outlines(path, 3, [[(start, start + 7)]])
    # The heading stands at the left margin, a fifth down the page, in one short row.
    assert 0.08 < part.left < 0.13
    assert 0.1 < part.top < 0.25
    assert part.width < 0.2
    assert part.height < 0.03
