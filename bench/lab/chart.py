"""Lines over two logarithmic axes, drawn as SVG that reads on light and dark pages."""

import math
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 720, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 80, 170, 50, 80
_COLOURS = ("#2f6fb2", "#d1742f", "#4c9a52", "#8a5fb0")
_GREY = "#808080"
_LINE_HEIGHT = 16


@dataclass(frozen=True)
class Series:
    name: str
    points: list[tuple[float, float]]  # all above 0, from left to right
    dashed: bool = False


@dataclass(frozen=True)
class Axis:
    """From a value's logarithm to its place."""

    least: float
    most: float
    begin: float
    end: float

    def place(self, value: float) -> float:
        share = (math.log10(value) - math.log10(self.least)) / (
            math.log10(self.most) - math.log10(self.least))
        return self.begin + share * (self.end - self.begin)

    def ticks(self) -> list[float]:
        """1, 2 and 5 of each power of ten, or the powers alone where those would crowd."""
        powers = range(math.floor(math.log10(self.least)), math.ceil(math.log10(self.most)) + 1)
        steps = (1, 2, 5) if len(powers) <= 4 else (1,)
        return [step * 10**power for power in powers for step in steps
                if self.least <= step * 10**power <= self.most]


def _axis(values: list[float], begin: float, end: float) -> Axis:
    """With a little room on both sides, also where all values are the same."""
    return Axis(min(values) / 1.3, max(values) * 1.3, begin, end)


def _spread(places: list[float]) -> list[float]:
    """The same places, moved down where two would overlap."""
    moved = list(places)
    order = sorted(range(len(places)), key=lambda i: places[i])
    for upper, lower in zip(order, order[1:]):
        moved[lower] = max(moved[lower], moved[upper] + _LINE_HEIGHT)
    return moved


def _text(x: float, y: float, words: str, anchor: str = "middle", more: str = "",
          colour: str = _GREY) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{more}>'
            f"{escape(words)}</text>")


@dataclass(frozen=True)
class Chart:
    title: str
    x_words: str
    y_words: str
    source: str  # below the drawing
    series: list[Series]

    def svg(self) -> str:
        points = [point for one in self.series for point in one.points]
        x_axis = _axis([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
        y_axis = _axis([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            'font-family="sans-serif" font-size="13">',
            f"<title>{escape(self.title)}</title>",
            _text(middle, 25, self.title, more=' font-size="16"'),
            *self._grid(x_axis, y_axis),
            _text(middle, _HEIGHT - 38, self.x_words),
            _text(20, (_TOP + _HEIGHT - _BOTTOM) / 2, self.y_words,
                  more=f' transform="rotate(-90 20 {(_TOP + _HEIGHT - _BOTTOM) / 2})"'),
            _text(middle, _HEIGHT - 12, self.source, more=' font-size="10"'),
        ]
        name_y = _spread([y_axis.place(one.points[-1][1]) for one in self.series])
        for place, one in enumerate(self.series):
            colour = _COLOURS[place % len(_COLOURS)]
            parts += self._line(one, colour, x_axis, y_axis)
            x = x_axis.place(one.points[-1][0])
            parts.append(_text(x + 10, name_y[place] + 4, one.name, "start", colour=colour))
        return "\n".join([*parts, "</svg>", ""])

    @staticmethod
    def _grid(x_axis: Axis, y_axis: Axis) -> list[str]:
        line = f'stroke="{_GREY}" stroke-opacity="0.3"'
        parts = []
        for tick in x_axis.ticks():
            x = x_axis.place(tick)
            parts.append(f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" {line}/>')
            parts.append(_text(x, _HEIGHT - _BOTTOM + 18, f"{tick:,.10g}"))
        for tick in y_axis.ticks():
            y = y_axis.place(tick)
            parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" {line}/>')
            parts.append(_text(_LEFT - 8, y + 4, f"{tick:,.10g}", "end"))
        return parts

    @staticmethod
    def _line(one: Series, colour: str, x_axis: Axis, y_axis: Axis) -> list[str]:
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in one.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dashes = ' stroke-dasharray="5 5"' if one.dashed else ""
        parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" '
                 f'stroke-width="2"{dashes}/>']
        if not one.dashed:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
                      for x, y in places]
        return parts
