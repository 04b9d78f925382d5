"""What is known of an edition as a person writes it: which fields there are, and what is wrong.

Pure; knows nothing of files or of how a fault is worded for whom.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from guidelines.catalogue import Guideline, known
from guidelines.problem import Problem

REQUIRED = ("title", "publisher", "edition", "id")
DATES = ("published", "review_by")
# What may be changed once the edition is there; succession and status have commands of their own.
EDITABLE = (
    "title", "publisher", "edition", "published", "review_by", "jurisdiction", "population",
    "language", "licence", "url",
)  # fmt: skip
LONGEST = 300
# Each fault in words for the command line; the librarian's page says them in its reader's language.
FAULTS = {
    "empty": "may not be empty",
    "date": "is no date: write it as YYYY-MM-DD",
    "review": "is not after the day of publication",
    "id": "may hold letters, digits, - and _ only, 80 at most",
    "taken": "is another edition's",
    "url": "is no web address: it begins with http:// or https://",
}
_ID = re.compile(r"[\w][\w-]{0,79}")
_URL = re.compile(r"https?://\S+")


def faults_of(values: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """Find what is wrong: for each faulty field the name of one of FAULTS."""
    found = {name: "empty" for name in REQUIRED if not values.get(name, "").strip()}
    for name in DATES:
        if values.get(name) and _day(values[name]) is None:
            found[name] = "date"
    published, review = (_day(values.get(name, "")) for name in DATES)
    if published and review and review <= published:
        found["review_by"] = "review"
    if "id" not in found and not _ID.fullmatch(values["id"]):
        found["id"] = "id"
    elif values.get("id") in taken:
        found["id"] = "taken"
    if values.get("url") and not _URL.fullmatch(values["url"]):
        found["url"] = "url"
    return found


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def tidy(written: object) -> str:
    """Give a field as it is kept: short plain text without line ends."""
    return " ".join(str(written or "").split())[:LONGEST]


def written(entry: Guideline) -> dict[str, str]:
    """Give what stands in the fields that may be changed."""
    return {name: getattr(entry, name) for name in EDITABLE}


def edit(
    entries: dict[str, Guideline], guideline_id: str, changes: Mapping[str, str]
) -> dict[str, str]:
    """Change what is known of an edition, unless a changed field is faulty; gives such faults.

    Only what changes is judged, so that an edition that was added with less can still be mended
    field by field.

    Raises:
        Problem: there is no such edition, or no such field.
    """
    entry = known(entries, guideline_id)
    if unknown := sorted(set(changes) - set(EDITABLE)):
        why = f"cannot be edited; these can: {', '.join(EDITABLE)}"
        raise Problem(f"field {unknown[0]!r}", why, f"clinicite library show {guideline_id}")
    before = written(entry)
    new = {name: tidy(value) for name, value in changes.items() if tidy(value) != before[name]}
    faults = faults_of({**before, **new, "id": "unchanged"}, ())
    touched = set(new) | ({"review_by"} if "published" in new else set())
    faults = {name: fault for name, fault in faults.items() if name in touched}
    if not faults and new:
        entries[guideline_id] = replace(entry, **new)  # type: ignore[arg-type]
    return faults
