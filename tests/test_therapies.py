"""Therapies: named once whatever their spelling, and missed where the source does not name them."""

import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.therapies import LIST, names, therapies, unnamed


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Acetaminophen 1 g", {"paracetamol"}),
        ("Epinephrine IM", {"adrenaline"}),
        ("albuterol inhaler", {"salbutamol"}),
        ("frusemide or furosemide", {"furosemide"}),
        ("amoxycillin", {"amoxicillin"}),
        ("amoxicillin with clavulanic acid", {"co-amoxiclav"}),
        ("Amoxicillin/clavulanate potassium", {"co-amoxiclav"}),
        ("trimethoprim-sulphamethoxazole", {"co-trimoxazole"}),
        ("cephalexin", {"cefalexin"}),
        ("magnesium sulphate", {"magnesium sulfate"}),
        ("β-blockers", {"beta-blocker"}),
        ("beta blocker", {"beta-blocker"}),
        ("Statins and ACE inhibitors", {"statin", "ace inhibitor"}),
        ("angiotensin-converting enzyme inhibitor", {"ace inhibitor"}),
        ("NSAIDs", {"nsaid"}),
        ("non-steroidal anti-inflammatory drugs", {"nsaid"}),
        ("an ACT for malaria", {"artemisinin-based combination therapy"}),
        ("act quickly", set()),
        ("the art of medicine", set()),
        ("oxygen saturation of 94%", set()),
        ("give oxygen", {"oxygen"}),
        ("cystatin C", set()),
        ("total cholesterol", set()),
        ("methicillin-resistant infection", set()),
        ("insulin resistance", set()),
        ("gatifloxacin", {"gatifloxacin"}),
        ("Lerodalcibep and tralokinumab", {"tralokinumab"}),
        ("bempedoic atezolizumabs", {"atezolizumab"}),
        ("cephalopelvic disproportion, cephalic", set()),
        ("homoeopathic remedies", {"homeopathy"}),
        ("chlorine dioxide (MMS)", {"bleach"}),
        ("ivermectin for covid", {"ivermectin"}),
        ("apricot kernels, colloidal silver", {"apricot kernel", "colloidal silver"}),
        ("vaccinate", {"vaccine"}),
        ("transfuse red cells", {"blood transfusion"}),
        ("haemodialysis", {"dialysis"}),
        ("hemodialysis", {"dialysis"}),
        ("thrombolytic therapy", {"thrombolysis"}),
        ("paracetamol500mg", {"paracetamol"}),
        ("para\u200bcetamol", {"paracetamol"}),
        ("ＩＢＵＰＲＯＦＥＮ", {"ibuprofen"}),
        ("口服阿莫西林或布洛芬", {"amoxicillin", "ibuprofen"}),
        ("阿莫西林克拉维酸钾", {"co-amoxiclav"}),
        ("低分子肝素", {"low-molecular-weight heparin"}),
        ("肾上腺素", {"adrenaline"}),
        ("去甲肾上腺素", {"noradrenaline"}),
        ("抗生素相关性腹泻", set()),
        ("加替沙星", {"加替沙星"}),
        ("补锌和口服补液盐", {"zinc", "oral rehydration salts"}),
        ("中药偏方", {"herbal remedy"}),
        ("measure blood pressure", set()),
        ("", set()),
    ],
)
def test_therapies(text: str, named: set[str]) -> None:
    assert therapies(text) == named


@pytest.mark.parametrize(
    ("claim", "source", "left"),
    [
        ("Give acetaminophen", "Offer paracetamol", set()),
        ("Give 阿莫西林", "Offer amoxicillin", set()),
        ("Give doxycycline", "Offer amoxicillin", {"doxycycline"}),
        ("Give amoxicillin", "Offer co-amoxiclav", {"amoxicillin"}),
        ("Give a beta-blocker", "Offer bisoprolol", {"beta-blocker"}),
        ("Give bisoprolol", "Offer a beta-blocker", {"bisoprolol"}),
        ("Give prednisone", "Offer prednisolone", {"prednisone"}),
        ("Give noradrenaline", "Give adrenaline", {"noradrenaline"}),
        ("加用地塞米松", "给予吸氧", {"dexamethasone"}),
        ("Consider homeopathy", "Offer paracetamol", {"homeopathy"}),
    ],
)
def test_unnamed(claim: str, source: str, left: set[str]) -> None:
    assert unnamed(claim, source) == left


def test_known_limit_advice_turned_round_passes() -> None:
    assert unnamed("Give ibuprofen", "Do not give ibuprofen") == set()


def test_the_list_is_long_and_no_name_stands_twice() -> None:
    listed = names()
    assert len(set(listed.words.values()) | set(listed.hanzi.values())) > 600
    assert len({n for n in listed.hanzi.values() if n}) > 250
    rows = [
        line
        for line in (files("agent") / LIST).read_text("utf-8").splitlines()
        if line and not line.startswith(("#", "- "))
    ]
    shown = [line.partition(" | ")[0] for line in rows]
    assert len(shown) == len(set(shown))
    assert all(re.fullmatch(r"[^|]+( \| [^|]+)?", line) for line in rows)


def test_every_name_of_the_list_is_found_again() -> None:
    listed = names()
    lost = [n for n, shown in listed.hanzi.items() if shown and shown not in therapies(n)]
    lost += [" ".join(w) for w, n in listed.words.items() if n and n not in therapies(" ".join(w))]
    assert lost == []


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=80))
def test_no_text_lacks_its_own_therapies(text: str) -> None:
    assert unnamed(text, text) == set()
