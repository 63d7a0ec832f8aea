# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws lines over hours as SVG. Knows nothing of what they mean."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape

INK, FAINT, PAPER = "#24292f", "#d8dee4", "#ffffff"
HEIGHT, TOP, BOTTOM = 250, 74, 52
GAP = 66


@dataclass
class Line:
    """A line of (hour, value); its label stands at (hour, value) `at`."""

    points: list[tuple[float, float]]
    colour: str
    label: str
    at: tuple[float, float]
    anchor: str = "start"
    filled: bool = False


@dataclass
class Panel:
    """One diagram. `log`: the vertical axis is logarithmic."""

    title: str
    subtitle: str
    hours: tuple[float, float]
    values: tuple[float, float]
    hour_ticks: list[float]
    value_ticks: list[float]
    width: int = 380
    log: bool = False
    lines: list[Line] = field(default_factory=list)

    def x(self, hour: float) -> float:
        first, last = self.hours
        return (hour - first) / (last - first) * self.width

    def y(self, value: float) -> float:
        low, high = self.values
        if self.log:
            low, high, value = (math.log10(max(v, low)) for v in
                                (low, high, value))
        return HEIGHT - (min(value, high) - low) / (high - low) * HEIGHT


def short(value: float) -> str:
    """1200000 as 1.2 M."""
    for unit, name in ((1e6, " M"), (1e3, " k")):
        if value >= unit:
            return f"{value / unit:.3g}{name}"
    return f"{value:g}"


def text(at: tuple[float, float], words: str, anchor: str = "start",
         more: str = "") -> str:
    x, y = at
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>'
            f"{escape(words)}</text>")


def axes(panel: Panel) -> list[str]:
    """Titles, grid and numbers."""
    parts = [text((0, -44), panel.title, more='font-size="15" font-weight="600"'),
             text((0, -25), panel.subtitle, more='opacity="0.65"')]
    for value in panel.value_ticks:
        y = panel.y(value)
        parts.append(f'<path d="M0 {y:.1f}H{panel.width}" stroke="{FAINT}"/>')
        parts.append(text((-8, y + 4), short(value), "end", 'opacity="0.65"'))
    for hour in panel.hour_ticks:
        parts.append(text((panel.x(hour), HEIGHT + 18), f"{hour:g} h", "middle",
                          'opacity="0.65"'))
    return parts


def steps(panel: Panel, line: Line) -> str:
    """Each value holds until the next point."""
    first, *rest = line.points
    path = f"M{panel.x(first[0]):.1f} {panel.y(first[1]):.1f}"
    for hour, value in rest:
        path += f"H{panel.x(hour):.1f}V{panel.y(value):.1f}"
    return path


def draw_line(panel: Panel, line: Line) -> list[str]:
    path = steps(panel, line)
    parts = []
    if line.filled:
        ends = [panel.x(line.points[i][0]) for i in (0, -1)]
        parts.append(f'<path d="{path}V{HEIGHT}H{ends[0]:.1f}V{HEIGHT}Z" '
                     f'fill="{line.colour}" opacity="0.18"/>')
    parts.append(f'<path d="{path}" fill="none" stroke="{line.colour}" '
                 'stroke-width="1.8" stroke-linejoin="round"/>')
    at = (panel.x(line.at[0]), panel.y(line.at[1]))
    return [*parts, text(at, line.label, line.anchor,
                         f'fill="{line.colour}" font-weight="600"')]


def draw(panels: list[Panel], note: str) -> str:
    """The whole picture."""
    width = GAP + sum(panel.width + GAP for panel in panels) - GAP // 2
    height = TOP + HEIGHT + BOTTOM
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} '
             f'{height}" width="{width}" height="{height}" fill="{INK}" '
             'font-family="Helvetica, Arial, sans-serif" font-size="12">',
             f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>']
    left = GAP
    for panel in panels:
        parts.append(f'<g transform="translate({left} {TOP})">')
        parts += axes(panel)
        for line in panel.lines:
            parts += draw_line(panel, line)
        parts.append("</g>")
        left += panel.width + GAP
    parts.append(text((GAP, height - 12), note, more='opacity="0.65"'))
    return "\n".join([*parts, "</svg>"]) + "\n"
