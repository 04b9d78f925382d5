"""What a PDF says of itself: pages, titles, whether it asks for a password; runs in a worker.

Knows nothing of the library.
"""

import re
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from guidelines.furniture import is_address
from guidelines.pages import opened, read_page
from guidelines.problem import Problem
from guidelines.titles import first_page_title

# With an ending, or as one word with digits or underscores in it.
_FILE_NAME = re.compile(r".*\.[a-z]{3,4}[0-9]?|(?=.*[0-9_])[\x21-\x7e]+", re.IGNORECASE)
_LEFT_OVER = ("untitled", "microsoft word", "microsoft powerpoint", "powerpoint presentation")
# All that pypdf raises over an unsound file.
_PYPDF = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


def page_count(path: Path) -> int:
    """Give the number of pages, as the file claims it.

    Raises:
        Problem: pdfium cannot open the file, or it asks for a password.
    """
    try:
        with opened(path) as document:
            return len(document)
    except Problem as problem:
        if "password" in problem.why.lower():
            why = "is encrypted and asks for a password"
        # pdfium opens no file without pages, and gives no reason.
        elif _without_pages(path):
            return 0
        else:
            why = f"is unsound: {problem.why}"
        raise Problem(problem.what, why, problem.mend) from problem


def _without_pages(path: Path) -> bool:
    try:
        return not PdfReader(path).pages
    except _PYPDF:
        return False


def title(path: Path) -> str:
    """Give the title in the file's information dictionary, or nothing."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted:
            reader.decrypt("")
        return _useful(str((reader.metadata and reader.metadata.title) or "").strip())
    except _PYPDF:
        # pypdf is stricter than pdfium: a bad information dictionary costs only the title.
        return ""


def _useful(written: str) -> str:
    """Drop what programs leave in the title field: a file's name, an address, a word for none."""
    left_over = written.lower().startswith(_LEFT_OVER) or is_address(written)
    return "" if left_over or _FILE_NAME.fullmatch(written) else written


def printed_title(path: Path) -> str:
    """Give the title that the first page prints, or nothing where none can be trusted."""
    with opened(path) as document:
        pages = [read_page(path, number) for number in range(1, min(2, len(document)) + 1)]
    return first_page_title(*pages) if pages else ""
