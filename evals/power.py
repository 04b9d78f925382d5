"""What difference so many questions can show; pure."""

from math import ceil
from statistics import NormalDist

ALPHA, POWER = 0.05, 0.80
# Share of questions on which two systems differ, where it is not known.
DISCORDANT = 0.20


def needed(difference: float, discordant: float = DISCORDANT) -> int:
    """Give the paired questions needed to show a difference of two rates.

    Connor (Biometrics 1987), for McNemar's test, two-sided 5 % at a power of 80 %.

    Args:
        difference: Between the rates, above 0 and at most `discordant`.
        discordant: Share of questions that exactly one system has right.
    """
    a, b = NormalDist().inv_cdf(1 - ALPHA / 2), NormalDist().inv_cdf(POWER)
    root = a * discordant**0.5 + b * (discordant - difference**2) ** 0.5
    return ceil(float(root**2 / difference**2))


def detectable(questions: int, discordant: float = DISCORDANT) -> float | None:
    """Give the smallest difference that so many questions show; None where none is shown.

    By halving: fewer questions are needed the larger the difference is.
    """
    if discordant <= 0 or questions < 1 or needed(discordant, discordant) > questions:
        return None
    low, high = 0.0, discordant
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if needed(middle, discordant) > questions else (low, middle)
    return high


def told(questions: int, discordant: float = DISCORDANT) -> str:
    """Say in one line what this size can show."""
    shown = detectable(questions, discordant)
    base = f"{questions} questions, if two systems differ on {discordant:.0%} of them"
    if shown is None:
        return f"{base}, cannot show a difference at all (5 % two-sided, power 80 %)."
    return (
        f"{base}, show a difference of {100 * shown:.0f} points or more (5 % two-sided, power "
        f"80 %); 10 points would take {needed(0.1, max(discordant, 0.1))}, 5 points "
        f"{needed(0.05, max(discordant, 0.05))}. No failure in {questions} means at most "
        f"{100 * (1 - 0.05 ** (1 / questions)):.1f} % (one-sided 95 %)."
    )
