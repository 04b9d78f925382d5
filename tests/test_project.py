"""The project's own promises: the README's map, the packages' names, what may be committed."""

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("guidelines", "retrieval", "agent", "evals", "finetune")
REQUIRED = {
    "langchain", "langchain-openai", "faiss-cpu", "sentence-transformers", "vllm", "torch",
    "transformers", "peft", "trl", "bitsandbytes", "pypdf", "gradio",
}  # fmt: skip


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def project() -> dict[str, object]:
    with (ROOT / "pyproject.toml").open("rb") as toml:
        return dict(tomllib.load(toml)["project"])


def test_the_map_in_the_readme_is_the_tree() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    block = readme.split("<!-- map -->")[1]
    mapped = set(re.findall(r"^([\w./-]+?)/?\s{2,}\S", block, re.MULTILINE))
    top = {path.split("/")[0] for path in tracked()}
    assert len(mapped) >= 12
    assert mapped == {name for name in top if not name.startswith(".git")}


def test_every_module_of_the_map_of_a_package_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    named = re.findall(r"`((?:guidelines|retrieval|agent|evals|finetune)/[\w/.-]+)`", readme)
    assert len(named) >= 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_twelve_required_packages_are_named() -> None:
    facts = project()
    wanted = list(facts["dependencies"])  # type: ignore[call-overload]
    for extra in facts["optional-dependencies"].values():  # type: ignore[attr-defined]
        wanted += extra
    names = {re.split(r"[<>=!~\[ ]", requirement)[0] for requirement in wanted}
    assert names >= REQUIRED


def test_no_other_installed_distribution_owns_one_of_our_names() -> None:
    owners = importlib.metadata.packages_distributions()
    found = {name: set(owners.get(name, [])) - {"clinicite"} for name in PACKAGES}
    assert found == {name: set() for name in PACKAGES}


def test_each_file_is_a_room_and_none_passes_the_wall() -> None:
    sources = [p for p in tracked() if p.endswith(".py")]
    assert len(sources) > 60
    lengths = {p: len((ROOT / p).read_text("utf-8").splitlines()) for p in sources}
    assert {p: n for p, n in lengths.items() if n > 300} == {}


def test_each_module_opens_with_a_sentence() -> None:
    sources = [p for p in tracked() if p.endswith(".py") and p.split("/")[0] in PACKAGES]
    assert [p for p in sources if not (ROOT / p).read_text("utf-8").startswith('"""')] == []


def test_nothing_is_unpickled_and_no_remote_code_is_trusted() -> None:
    sources = [p for p in tracked() if p.endswith(".py") and p.split("/")[0] in PACKAGES]
    found = [
        p
        for p in sources
        if re.search(
            r"\bimport pickle\b|allow_pickle=True|trust_remote_code=True|torch\.load\(",
            (ROOT / p).read_text("utf-8"),
        )
    ]
    assert found == []


def test_no_machine_path_and_no_index_host_is_committed() -> None:
    host = "pypi" + r"\.org|files\.pythonhosted|huggingface\.co/"
    home = "/" + r"(?:home|root|work|Users)/\w"
    found = []
    for path in tracked():
        if Path(path).suffix in {".pdf", ".png", ".woff2", ".onnx"}:
            continue
        text = (ROOT / path).read_text("utf-8")
        found += [(path, m.group()) for m in re.finditer(f"{host}|{home}", text)]
    assert found == []


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_is_instant(package: str) -> None:
    heavy = "torch,gradio,langchain,sentence_transformers,trl,faiss,transformers"
    code = f"import sys, {package}; print([m for m in '{heavy}'.split(',') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_help_loads_no_group() -> None:
    code = (
        "import sys; from guidelines.command import build; "
        "app = build(['--help']);\n"
        "try:\n    app(args=['--help'], prog_name='clinicite')\n"
        "except SystemExit:\n    pass\n"
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('agent','retrieval','torch','gradio','pypdf','pypdfium2')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().endswith("[]")
    for group in ("library", "index", "ask", "serve", "eval", "finetune"):
        assert group in done.stdout


def test_a_problem_is_one_line_and_exit_status_1(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "guidelines.command", "--home", str(tmp_path), "index", "verify"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("Mend: clinicite index build\n")
    usage = subprocess.run(
        [sys.executable, "-m", "guidelines.command", "index", "search"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert usage.returncode == 2
