"""What many tests stand on: a home with two real sample guidelines, and a stub of vLLM's wire."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from guidelines import intake
from guidelines.home import Home
from guidelines.workers import SPARES
from retrieval.build import build
from retrieval.embed import Embedder
from retrieval.search import Index
from retrieval.weights import CLINICAL
from tests.stub_vllm import StubVLLM

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "guidelines" / "library"
# `make test` tries the same texts every time, `make fuzz` others each time.
settings.register_profile("steady", derandomize=True)
settings.register_profile("search", derandomize=False, print_blob=True)
settings.load_profile("steady")
# Two editions of one guideline, one with dose tables, one Chinese.
CHOSEN = ("cap-adults-2021", "cap-adults-2025", "fever-children-2022", "child-diarrhoea-zh-2023")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's own settings out of the tests."""
    for name in ("HOME", "MODEL", "MODEL_URL", "MODE", "EMBEDDER", "MODEL_SELECTS", "REASONING",
                 "PAGE_HOST", "LIBRARY_PAGE", "LIBRARY_USER", "LIBRARY_PASSWORD"):  # fmt: skip
        monkeypatch.delenv(f"CLINICITE_{name}", raising=False)


@pytest.fixture(autouse=True, scope="module")
def _no_spares() -> Iterator[None]:
    """End the workers that a page kept ready: tests of another file count processes."""
    yield
    SPARES.keep(0, ())


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of int8 exports, which take seconds to make."""
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="session")
def embedder(exports: Path) -> Embedder:
    return Embedder(CLINICAL, exports)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Home:
    """Build a home with four samples and their index; tests must not change it."""
    home = Home(tmp_path_factory.mktemp("home"))
    for name in CHOSEN:
        known = {"id": name}
        if name == "cap-adults-2025":
            known["supersedes"] = "cap-adults-2021"
        intake.add(home, SAMPLES / f"{name}.pdf", known)
    build(home, embedder, "2026-01-01T00:00:00+00:00", lambda _: None, lambda *_: None)
    return home


@pytest.fixture(scope="session")
def sample_index(sample_home: Home, embedder: Embedder) -> Index:
    return Index.open(sample_home, embedder)


@pytest.fixture
def stub() -> Iterator[StubVLLM]:
    with StubVLLM() as server:
        yield server
