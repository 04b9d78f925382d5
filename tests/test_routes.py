"""Routes: each way of writing one is the same route, and no other."""

import pytest

from agent.number_lock import unbacked
from agent.routes import routes


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("give 1 g IV or IM", {"IV", "IM"}),
        ("500 mg po tds", {"oral"}),
        ("P.O. then i.v. infusion", {"oral", "IV", "infusion"}),
        ("by mouth", {"oral"}),
        ("into the thigh muscle", {"IM"}),
        ("SC or subcut", {"subcutaneous"}),
        ("PR 1 g", {"rectal"}),
        ("a long PR interval", set()),
        ("oral hygiene and nasal flaring", set()),
        ("nebulised salbutamol", {"nebulised"}),
        ("via IO access", {"intraosseous"}),
        ("口服或静脉滴注", {"oral", "IV", "infusion"}),
        ("肌肉注射", {"IM", "injection"}),
        ("皮下注射", {"subcutaneous", "injection"}),
        ("鞘内", {"intrathecal"}),
        ("I am here", set()),
    ],
)
def test_routes_by_hand(text: str, named: set[str]) -> None:
    assert routes(text) == named


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("Give 1 g by mouth.", "Give 1 g orally."),
        ("Give 1 g PO.", "口服1 g。"),
        ("Give 1 g intravenously.", "Give 1 g IV."),
        ("0.5 mg by IM injection", "0.5 mg IM"),
        ("Give 1 g.", "Give 1 g IV."),
    ],
)
def test_a_route_the_line_names_may_be_said_otherwise(claim: str, line: str) -> None:
    assert unbacked(claim, line) == ""


@pytest.mark.parametrize(
    ("claim", "line"),
    [
        ("Give 1 g IV.", "Give 1 g by injection."),
        ("Give 1 g IV.", "Give 1 g orally."),
        ("Give 1 g IM.", "Give 1 g."),
        ("静脉给予1 g。", "口服1 g。"),
        ("Give 1 g orally, then IV.", "Give 1 g IV, then orally."),
        ("Adrenaline IV 0.5 mg, IM 0.05 mg.", "Adrenaline IM 0.5 mg, IV 0.05 mg."),
    ],
)
def test_another_route_is_refused(claim: str, line: str) -> None:
    assert unbacked(claim, line) != ""
