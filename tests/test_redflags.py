"""Red flags: emergencies named, and plain, negated, past or textbook text let be."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.redflags import flags, red_flags, refers


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("58-year-old man with chest pain and sweating", "chest pain"),
        ("58 yo, chest tightness since this morning. Clammy.", "chest pain"),
        ("my patient has chest pain", "chest pain"),
        ("crushing chest pain", "chest pain"),
        ("tightness across my chest", "chest pain"),
        ("took too many pills", "overdose or poisoning"),
        ("my baby is very hot and won't wake", "unconscious"),
        ("light-headed with black stools", "major bleeding"),
        ("2-hour history of severe chest pain", "chest pain"),
        ("no fever, severe chest pain and nausea", "chest pain"),
        ("no relief from severe chest pain", "chest pain"),
        ("Inferior STEMI 3 h in", "chest pain"),
        ("facial droop and slurred speech", "stroke"),
        ("sudden left-sided weakness", "stroke"),
        ("患者突发偏瘫、言语不清", "stroke"),
        ("dose of adrenaline in anaphylaxis", "anaphylaxis"),
        ("lip swelling: lips swollen and wheezing after peanuts", "anaphylaxis"),
        ("过敏性休克用什么药", "anaphylaxis"),
        ("she cannot breathe", "airway or breathing"),
        ("stridor at rest", "airway or breathing"),
        ("asthma with a silent chest", "airway or breathing"),
        ("患儿呼吸困难，喉鸣", "airway or breathing"),
        ("suspected sepsis, which antibiotic?", "sepsis or shock"),
        ("fever 39 and mottled skin", "sepsis or shock"),
        ("感染性休克", "sepsis or shock"),
        ("found unconscious", "unconscious"),
        ("昏迷的患者", "unconscious"),
        ("seizure for more than 5 minutes", "seizure"),
        ("still fitting after two doses", "seizure"),
        ("患儿抽搐10分钟未缓解", "seizure"),
        ("non-blanching rash", "meningitis"),
        ("fever with neck stiffness", "meningitis"),
        ("massive haemorrhage", "major bleeding"),
        ("PPH 1.2 L", "major bleeding"),
        ("大量呕血", "major bleeding"),
        ("she says she wants to kill herself", "suicide or self-harm"),
        ("有自杀念头", "suicide or self-harm"),
        ("paracetamol overdose", "overdose or poisoning"),
        ("drank crop spray", "overdose or poisoning"),
        ("误服农药", "overdose or poisoning"),
        ("eclampsia, magnesium dose", "pregnancy emergency"),
        ("pregnant with severe abdominal pain", "pregnancy emergency"),
        ("宫外孕破裂", "pregnancy emergency"),
        ("testicular torsion", "testicular torsion"),
        ("sudden testicular pain in a boy", "testicular torsion"),
        ("back pain with saddle anaesthesia", "cauda equina"),
        ("DKA fluids", "diabetic emergency"),
        ("糖尿病酮症酸中毒", "diabetic emergency"),
        ("6-week-old with fever 38.5", "fever in a young infant"),
        ("Neonate, febrile", "fever in a young infant"),
        ("新生儿发热", "fever in a young infant"),
        ("SpO2 85% on air", "low oxygen saturation"),
        ("BP 80/50", "low blood pressure"),
        ("potassium 6.8", "high potassium"),
        ("GCS 9", "reduced consciousness"),
        ("curtain coming down over the left eye", "sudden loss of vision"),
        ("fell and hit his head, on apixaban, now sleepy", "head injury"),
        ("scald to the face, toddler", "major burn"),
        ("she cannot move her legs since noon", "sudden paralysis"),
        ("her partner punched her again", "abuse or violence"),
        ("jaundice in a 20-hour-old", "jaundice in the first day"),
        ("four days postpartum, hears voices", "psychosis after birth"),
        ("cat bite, index finger held bent", "deep hand infection"),
        ("petechiae and very tired for a week", "bleeding with bruises"),
        ("on clozapine, sore throat and rigors", "sepsis or shock"),
        ("34 weeks, headache with flashing lights", "pregnancy emergency"),
        ("What are the symptoms of sepsis in my patient, a 3-year-old?", "sepsis or shock"),
    ],
)
def test_an_emergency_is_named(text: str, flag: str) -> None:
    assert flag in red_flags(text)


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain or breathlessness", "denies suicidal thoughts", "without stridor",
        "no fever, rash or stridor", "He denies chest pain, sweating or syncope",
        "anaphylaxis excluded",
        "history of anaphylaxis, which antibiotic?", "Stroke 2 years ago, which statin?",
        "previous seizure, now well", "family history of sudden testicular pain",
        "reduce the risk of suicide",
        "prevention of sepsis", "What are the red flags for cauda equina syndrome?",
        "What are the symptoms of meningitis?",
        "脓毒症的诊断标准是什么？", "无胸痛、呼吸困难", "否认自杀念头",
        "既往脑卒中病史", "pre-eclampsia screening", "aim for saturation 88% to 92%",
        "target systolic blood pressure below 80", "What is first-line treatment for hypertension?",
        "How often to check HbA1c?", "4-week-old with a birthmark", "potassium 4.1", "BP 130/80",
        "GCS 15", "SpO2 98%", "chest X-ray at 6 weeks", "儿童腹泻如何补锌？", "",
    ],
)  # fmt: skip
def test_text_that_is_no_emergency_is_let_be(text: str) -> None:
    assert red_flags(text) == ()


@pytest.mark.parametrize(
    ("text", "sends"),
    [
        ("Refer to hospital as an emergency if any of these is present", True),
        ("Call emergency services and give adrenaline now", True),
        ("Admit at once and reverse the anticoagulant", True),
        ("Transfer immediately to hospital", True),
        ("urgent referral to cardiology", True),
        ("Call intensive care", True),
        ("应立即转诊或呼叫急救", True),
        ("转急诊", True),
        ("立即就医", True),
        ("拨打120", True),
        ("Involve the crisis team today", True),
        ("Shout for help and fetch the resuscitation team", True),
        ("Hand over to the on-call surgeon", True),
        ("See the eye casualty today", True),
        ("尽快就近入院", True),
        ("See your GP within two weeks", False),
        ("Refer urgently to the clinic within three weeks", False),
        ("Routine referral to the antenatal clinic", False),
        ("The trial cut emergency department visits by a fifth", False),
        ("Patients admitted to hospital had fewer strokes", False),
        ("参见急诊用药表", False),
        ("2周后门诊复诊，必要时转诊", False),
        ("Do not refer urgently", False),
        ("Admission to hospital is not needed", False),
        ("Refer to table 3", False),
        ("See the GP in 2 weeks", False),
        ("Give paracetamol", False),
        ("补锌10天", False),
        ("不需要立即就医", False),
        ("", False),
    ],
)
def test_refers(text: str, sends: bool) -> None:
    assert refers(text) is sends


def test_every_flag_of_the_list_has_a_case_above() -> None:
    cases = test_an_emergency_is_named.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {name for name, _ in flags()} - {flag for _, flag in cases} <= {
        "cardiac arrest",
        "acute abdomen or limb",
    }
    assert len(flags()) == 27


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(red_flags(text), tuple)
    assert refers(text) in (True, False)


@pytest.mark.parametrize(
    "piece",
    [
        "3",
        "3.",
        "9 ",
        "1½",
        "temp 39 ",
        "bp 3",
        "chest pain ",
        "bruising ",
        "no ",
        "¶",
        "胸痛",
        "岁",
    ],
)
def test_hostile_text_takes_no_time(piece: str) -> None:
    hostile = (piece * 50_000)[:50_000]
    for text in (hostile, f"spo2 {hostile}", f"chest pain {'3' * 50_000}"):
        started = time.process_time()
        red_flags(text)
        refers(text)
        # Measured .2 s; what grows with the square of the length takes 25 s.
        assert time.process_time() - started < 2
