"""What a person is told where the model's server fails: one line for each way, no text of it."""

import httpx
import openai

from agent.stream_limits import BrokenReply
from guidelines.problem import Problem


def problem_of(fault: Exception, model: str, where: str) -> Problem:
    """Word a fault of the server at `where`; a body may repeat the prompt, so none is told."""
    server = f"model at {where}"
    if isinstance(fault, openai.APITimeoutError | httpx.TimeoutException):
        return Problem(server, "did not answer in time", "ask again")
    if isinstance(fault, openai.APIStatusError):
        status = fault.status_code
        named = f"model {model!r} at {where}"
        if status == 429 or status >= 500:
            busy = " (busy)" if status == 429 else ""
            why = f"refused with HTTP status {status}{busy}, also when asked again"
            return Problem(named, why, "look into its log, then ask again")
        return Problem(
            named,
            f"refused with HTTP status {status}",
            "check CLINICITE_MODEL and CLINICITE_MODEL_URL",
        )
    if isinstance(fault, BrokenReply):
        return Problem(server, f"{fault}; no answer is shown", "ask again")
    return Problem(
        server,
        f"is away or broke off ({type(fault).__name__}); no answer is shown",
        "clinicite serve model, then ask again",
    )
