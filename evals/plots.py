"""Plots as SVG text, drawn from numbers alone: bars by class, risk-coverage, two runs; pure."""

from collections.abc import Sequence
from html import escape

from evals.intervals import Interval

_WIDTH, _LEFT, _RIGHT, _ROW = 760, 250, 60, 24
_INK, _BAR, _OTHER, _GRID = "#1d2733", "#2f6f8f", "#c2702f", "#d9dee3"

Bar = tuple[str, float | None, Interval | None]
Dot = tuple[str, float | None, float | None]


def bars(rows: Sequence[Bar], title: str) -> str:
    """Draw a bar a row from 0 to 1, with its interval as a line."""
    parts = [_axis(len(rows))]
    for i, (name, value, ends) in enumerate(rows):
        y = 34 + i * _ROW
        parts.append(_label(name, y))
        if value is None:
            parts.append(_text(_LEFT + 4, y + 4, "unscored"))
            continue
        parts.append(
            f'<rect x="{_LEFT}" y="{y - 7}" width="{_x(value) - _LEFT:.1f}" height="14" '
            f'fill="{_BAR}"/>'
        )
        if ends is not None:
            parts.append(
                f'<line x1="{_x(ends[0]):.1f}" x2="{_x(ends[1]):.1f}" y1="{y}" y2="{y}" '
                f'stroke="{_INK}" stroke-width="2"/>'
            )
        parts.append(_text(_WIDTH - _RIGHT + 8, y + 4, f"{value:.2f}"))
    return _svg(parts, 44 + len(rows) * _ROW, title)


def dots(rows: Sequence[Dot], title: str, a: str, b: str) -> str:
    """Draw two runs a row: an open dot for the second, a filled one for the first."""
    parts = [_axis(len(rows))]
    for i, (name, first, second) in enumerate(rows):
        y = 34 + i * _ROW
        parts.append(_label(name, y))
        if first is None or second is None:
            parts.append(_text(_LEFT + 4, y + 4, "unscored in one"))
            continue
        parts.append(
            f'<line x1="{_x(first):.1f}" x2="{_x(second):.1f}" y1="{y}" y2="{y}" '
            f'stroke="{_GRID}" stroke-width="3"/>'
            f'<circle cx="{_x(second):.1f}" cy="{y}" r="5" fill="#fff" stroke="{_OTHER}" '
            f'stroke-width="2"/><circle cx="{_x(first):.1f}" cy="{y}" r="4" fill="{_BAR}"/>'
        )
    end = 44 + len(rows) * _ROW
    parts.append(_text(_LEFT, end + 12, f"● {a}   ○ {b}"))
    return _svg(parts, end + 22, title)


def curve(points: Sequence[tuple[float, float]], title: str) -> str:
    """Draw risk against coverage, both from 0 to 1."""
    side, left, top = 300, 60, 20
    parts = [
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="{_GRID}"/>'
    ]
    for tick in (0.0, 0.5, 1.0):
        parts.append(_text(left + tick * side - 8, top + side + 18, f"{tick:.1f}"))
        parts.append(_text(left - 30, top + (1 - tick) * side + 4, f"{tick:.1f}"))
    parts.append(_text(left + 70, top + side + 36, "coverage: share of questions answered"))
    parts.append(_text(left + 8, top + 14, "risk: share of those answered otherwise than by gold"))
    drawn = " ".join(f"{left + c * side:.1f},{top + (1 - r) * side:.1f}" for c, r in points)
    parts.append(f'<polyline points="{drawn}" fill="none" stroke="{_BAR}" stroke-width="2"/>')
    return _svg(parts, top + side + 48, title)


def _x(value: float) -> float:
    return _LEFT + min(1.0, max(0.0, value)) * (_WIDTH - _LEFT - _RIGHT)


def _axis(rows: int) -> str:
    end = 34 + rows * _ROW - 12
    lines = "".join(
        f'<line x1="{_x(t):.1f}" x2="{_x(t):.1f}" y1="18" y2="{end}" stroke="{_GRID}"/>'
        + _text(_x(t) - 8, 14, f"{t:g}")
        for t in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    return lines


def _label(name: str, y: float) -> str:
    return (
        f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end" fill="{_INK}">{escape(name)}</text>'
    )


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{_INK}">{escape(words)}</text>'


def _svg(parts: Sequence[str], height: float, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="12">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
