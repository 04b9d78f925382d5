"""Redaction: what identifies a person goes, what is medicine stays, and time is linear."""

import gc
import time

import pytest

from agent.redact import REACH, redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mrs Thistlewood on warfarin, INR 9", "Mrs [name] on warfarin, INR 9"),
        ("pt jonas frobisher 44M, TB spine", "pt [name] 44M, TB spine"),
        ("my patient Kjersti has had two seizures", "my patient [name] has had two seizures"),
        ("Dear Dr Zwane, thank you", "Dear Dr [name], thank you"),
        ("Signed, Wilhelmina van der Berg RN", "Signed, [name] RN"),
        ("Name: Oyelowo, Temi\nHb 6", "Name: [name]\nHb 6"),
        ("Yours sincerely,\nF. Abernathy", "Yours sincerely,\n[name]"),
        ("the boy, Tumi, weighs 12 kg", "the boy, [name], weighs 12 kg"),
        ("Mr Wilson has no Wilson's disease", "Mr [name] has no Wilson's disease"),
        ("Sipho fell. Today Sipho is well", "[name] fell. Today [name] is well"),
        ('{"name":"Ines Palmgren","egfr":41}', '{"name":"[name]","egfr":41}'),
        ("d.o.b. 22 Aug 59, haemoptysis", "d.o.b. [date of birth], haemoptysis"),
        ("she was born on 5 May 1990", "she was born on [date of birth]"),
        ("MRN 40817 post op", "MRN [record number] post op"),
        ("hosp no A123456 AKI", "hosp no [record number] AKI"),
        ("943 476 5919 warfarin?", "[NHS number] warfarin?"),
        ("NHS no. 943 476 5918", "NHS no. [NHS number]"),
        ("SSN 219-09-9999", "SSN [ID number]"),
        ("110101198803210012 甲亢", "[ID number] 甲亢"),
        ("11010119880321001x 甲亢", "[ID number] 甲亢"),
        ("passport no. GB1234567", "passport no. [ID number]"),
        ("ring 07700 900142 now", "ring [phone] now"),
        ("on +27 82 555 0111 today", "on [phone] today"),
        ("(804) 555-0119 is his wife", "[phone] is his wife"),
        ("cell: 0803 555 0142", "cell: [phone]"),
        ("家属13812345678问", "家属[phone]问"),
        ("oh one six three two, nine six oh, one two", "[phone]"),
        ("mail k.oduya99@example.com now", "mail [e-mail] now"),
        ("at zorro dot jane at example dot org", "at [e-mail]"),
        ("lives at 14 Acacia Avenue, LS6 2AB", "lives at [address]"),
        ("患者周建军，男，56岁，胸痛", "患者[name]，男，56岁，胸痛"),
        ("欧阳女士妊娠26周", "[name]女士妊娠26周"),
        ("姓名：王建国 住院号：0098123", "姓名：[name] 住院号：[record number]"),
        ("出生日期：1956年7月2日，高血压", "出生日期：[date of birth]，高血压"),
        ("家住上海市徐汇区漕溪路128弄5号", "家住[address]"),
    ],
)
def test_what_identifies_a_person_is_hidden(text: str, shown: str) -> None:
    assert redact(text).text == shown


@pytest.mark.parametrize(
    "text",
    [
        "Crohn's flare on azathioprine, CRP 88, next step before infliximab?",
        "Does Prader Willi need a sleep study? Guillain-Barré or Miller Fisher?",
        "Was ROCKET AF done at eGFR under 30? ARISTOTLE?",
        "Mirena vs Kyleena; switching from Yasmin to Qlaira",
        "MS relapse, MR shows 3 new lesions, QRS 150 ms. What do I push?",
        "Amoxicillin 500 mg tds for 7 days, then 250-500 mg",
        "Fever since 3 March, LMP 04/07/2026, 62 kg, aged 71",
        "HBV DNA 1700000000 IU/mL, platelets 150000",
        "Lamotrigine 25 25 50 50 100 100 200 with valproate",
        "ring Childline 0800 1111 or Samaritans 116 123, call 999",
        "NICE NG136, updated 18 March 2022; PMID: 29440587; doi:10.1136/thx.2018.211441",
        "St John's wort with warfarin. May I go on? Can I?",
        "Funded by the Robert Koch Institute; Oxford University Press",
        "Vogel AM, Hutchison BL, Mitchell EA. The duration of breastfeeding",
        "患者高热，白细胞 12，患者于昨日停药，张力性气胸，马尾综合征",
        "病程超过14天的腹泻，蒙脱石散 2岁以上，复苏后宝宝",
        "Multiple Sclerosis Journal, 12, 169-173. Tapering is not needed",
        "患者李某，女，三十余岁，华法林改达比加群",
        "吉兰-巴雷综合征、格雷夫斯病、黄芪30g",
        "Patient: [NAME REMOVED]  DOB: [REDACTED]",
    ],
)
def test_medicine_is_left_as_it_stands(text: str) -> None:
    assert redact(text).text == text
    assert redact(text).found == ()


def test_what_was_found_is_named_and_never_quoted() -> None:
    done = redact("Mrs Thistlewood, MRN 40817, Mr Abernathy")
    assert done.found == ("name", "record number")
    assert "Thistlewood" not in repr(done)


def test_a_number_of_any_length_is_hidden_to_its_end() -> None:
    assert redact(f"MRN 1{'7' * 500} K 5.9").text == "MRN [ID number] K 5.9"
    assert redact("4" * (3 * REACH)).text == "[ID number]"


@pytest.mark.parametrize(
    "piece", ["7", "A", "Aa ", "7 ", "12-", "(0", "患", "王", "a.", "@", "John's ", "one ", "Aa-"]
)
def test_fifty_thousand_hostile_characters_take_linear_time(piece: str) -> None:
    short, long = piece * (5_000 // len(piece)), piece * (50_000 // len(piece))
    redact(short)
    gc.collect()
    gc.disable()  # what other tests left in memory is not this one's work
    try:
        began = time.process_time()
        redact(short)
        once = time.process_time() - began
        redact(long)
        spent = time.process_time() - began - once
    finally:
        gc.enable()
    # Ten times the text: quadratic work would be a hundred times the time.
    assert spent < 30 * once + 0.05
