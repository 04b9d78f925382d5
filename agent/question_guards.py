"""The guards a question passes before anything is searched for it; pure.

A danger is named whatever else holds: help comes first. A question that asks for harm, instructs
the model or is not clinical is refused. A guard that breaks refuses.
"""

from agent.answer import Verdict, Why
from agent.crisis import SELF_HARM, crisis
from agent.guardrails import run
from agent.harm import harmful
from agent.injection import instructs
from agent.scope import out_of_scope
from retrieval.thesaurus import concepts

# What the red flags call it.
SELF_HARM_FLAG = "suicide or self-harm"
# In the order in which they are told, with why nothing is shown where one fails.
_WHY: dict[str, Why] = {"instruction": "instruction", "harm": "harm", "scope": "scope"}


def check_question(question: str) -> tuple[Verdict, ...]:
    """Run the guards on a question. Danger is never refused as off the topic."""
    verdicts = [
        run("instruction", lambda: instructs(question)),
        run("harm", lambda: harmful(question)),
    ]
    if not dangers(question):
        verdicts.append(run("scope", lambda: out_of_scope(question, _clinical)))
    return tuple(verdicts)


def refusal(question: str) -> Why | None:
    """Give why a question is refused; None where it may be searched for.

    Somebody who may harm themselves is not told that they ask for harm.
    """
    failed = (v.guard for v in check_question(question) if not v.passed)
    why = next((_WHY[guard] for guard in failed), None)
    return "self-harm" if why == "harm" and self_harm(question) else why


def dangers(question: str) -> tuple[str, ...]:
    """Name the dangers that the question tells of, self-harm first.

    Where the weighing breaks the lists still name them; where those break too, none is named. The
    referral guard on the answer looks for emergencies again, and blocks where it breaks.
    """
    for weighs in (True, False):
        try:
            return crisis(question, weighs)
        except Exception:
            continue
    return ()


def self_harm(question: str) -> bool:
    """Tell whether somebody may be about to harm themselves."""
    return SELF_HARM in dangers(question)


def _clinical(word: str) -> bool:
    return bool(concepts(word)[0])
