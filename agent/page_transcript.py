"""Draws the conversation: each question with its progress, thinking and outcome; pure HTML."""

from collections.abc import Sequence
from html import escape

from agent.library_words import Say
from agent.page_patient import patient_html
from agent.page_repair import again_words
from agent.page_thinking import thinking_html
from agent.page_turn import Turn
from agent.page_view import answer_html, notices_html, partial_html
from agent.page_words import PageWords
from agent.page_words_zh import page_words as said_in
from agent.words import Words


def transcript_html(turns: Sequence[Turn], words: Words) -> str:
    """Draw the turns that came before the present one."""
    drawn = "".join(turn_html(turn, words, f"t{n}") for n, turn in enumerate(turns))
    return f'<div class="transcript" lang="{words.code}">{drawn}</div>'


def turn_html(turn: Turn, words: Words, key: str) -> str:
    """Draw one turn. Until its answer is whole, only progress and thinking can be seen."""
    thought = thinking_html(
        turn.thinking,
        turn.evidence,
        words,
        key=key,
        live=turn.phase == "thinking",
        title=words.thinking_stopped if turn.phase in ("stopped", "failed") else "",
    )
    warned = notices_html(turn.answer.notices if turn.answer else turn.warned, words)
    outcome = _outcome(turn, words, key)
    # Once there is an answer it comes first: on a phone its first line must be in sight.
    body = outcome + thought if turn.phase == "answered" else thought + outcome
    said = said_in(words.code)
    followed = (
        f'<p class="followed">{escape(said.searched_as.format(query=turn.query))}</p>'
        if turn.query
        else ""
    )
    return (
        f'<article class="turn" lang="{words.code}" data-key="{key}" data-phase="{turn.phase}">'
        f'<h2 class="question" aria-label="{escape(words.question)}">{escape(turn.question)}</h2>'
        f"{warned}{followed}{_again(turn, said)}{patient_html(turn.patient, words)}"
        f"{_progress(turn, words)}{body}</article>"
    )


def _again(turn: Turn, said: PageWords) -> str:
    """Say that a turn was drawn again, and what of it has fallen since."""
    told = []
    if turn.drawn_from:
        # To the minute, in the zone that is written with it.
        time = turn.drawn_from.replace("T", " ")
        told.append(f'<p class="again-from">{escape(said.restored.format(time=time))}</p>')
    if turn.fell:
        told.append(f'<p class="notice" role="note"><strong>{escape(said.fallen)}</strong></p>')
    return "".join(told)


def _progress(turn: Turn, words: Words) -> str:
    said = {
        "searching": words.searching_one
        if turn.guidelines == 1
        else words.searching.format(n=turn.guidelines),
        "thinking": again_words(turn.again, words) if turn.again else words.thinking,
        "checking": words.checking,
    }.get(turn.phase)
    if said is None:
        return ""
    # The seconds are hidden from screen readers, which would read them out one by one.
    seconds = words.seconds.format(n=turn.seconds)
    return (
        f'<p class="progress" role="status"><span class="pulse" aria-hidden="true"></span>'
        f'<span class="progress-words">{escape(said)}</span> '
        f'<span class="progress-seconds" aria-hidden="true">{escape(seconds)}</span></p>'
    )


def _outcome(turn: Turn, words: Words, key: str) -> str:
    if turn.phase == "answered" and turn.answer is not None:
        return answer_html(turn.answer, turn.evidence, words, key)
    ended = not turn.running
    passed = partial_html(turn.passed, words, stopped=ended) if turn.passed else ""
    if turn.phase == "stopped":
        return passed + _ended(words.stopped if not passed else "", turn, words)
    if turn.phase == "failed":
        return passed + _ended(turn.problem or words.failed, turn, words, alert=True)
    return passed


def _ended(line: str, turn: Turn, words: Words, alert: bool = False) -> str:
    role = "alert" if alert else "status"
    said = f"<p>{escape(line)}</p>" if line else ""
    return (
        f'<div class="ended" role="{role}">{said}'
        f'<button type="button" class="again" data-fill="{escape(turn.question)}">'
        f"{escape(words.ask_again)}</button></div>"
    )


def welcome_html(examples: Sequence[str], words: Words) -> str:
    """Draw what stands in an empty conversation; an example fills the question box."""
    items = "".join(
        f'<li><button type="button" class="example" data-fill="{escape(x)}">'
        f"{escape(x)}</button></li>"
        for x in examples
    )
    offered = f"<h2>{escape(words.examples)}</h2><ul>{items}</ul>" if items else ""
    return f'<div class="welcome" lang="{words.code}"><p>{escape(words.welcome)}</p>{offered}</div>'


def problem_html(line: str) -> str:
    """Draw the one line that says why a question was not taken; "" draws nothing."""
    return f'<p class="problem" role="alert">{escape(line)}</p>' if line else ""


def head_html(words: Words, library: bool = False) -> str:
    """Draw the page's head with the standing caution, and the way to the librarian's page."""
    to_library = Say(words.code)("to_library")
    way = f'<p><a class="way" href="library/">{to_library}</a></p>' if library else ""
    return (
        f'<header class="head" lang="{words.code}"><h1>Clinicite</h1>'
        f'<p class="tagline">{escape(words.tagline)}</p>'
        f'<p class="caution">{escape(words.caution)}</p>{way}</header>'
    )
