"""A simulated life as a picture (SVG): one row for each level and each promise, over time."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta, tzinfo
from html import escape

from domain.calendars import zone
from domain.simulation.run import Simulated
from domain.simulation.summary import NIGHT_BEGINS, NIGHT_ENDS
from starter.local_time import local, localised
from starter.picture_rows import Bar, Mark, Row, level_rows, promise_rows
from starter.picture_scale import Scale
from starter.simulation_text import span

WIDTH, LEFT, RIGHT, TOP, ROW = 1200, 250, 1140, 96, 30
LONGEST_LABEL = 33
MOST_NIGHTS = 40
"""Of a longer life no nights are drawn: they would be a pattern only."""

COLOURS = {Bar.UP: "#c9d8ef", Bar.RUNNING: "#9fc3e8", Bar.PAUSED: "url(#stands)", Bar.LATE: "#f2b8b5"}
MARKS = {
    Mark.TOLD: '<circle r="5.5" fill="#0b4f9c"/>',
    Mark.ACKNOWLEDGED: '<path d="M-6 0l4.5 5L7-6" fill="none" stroke="#11632a" stroke-width="3.2"/>',
    Mark.AT_RISK: '<path d="M0-7L7 6H-7z" fill="#f5b301" stroke="#7a4b00"/>',
    Mark.BROKEN: '<path d="M-5.5-5.5l11 11M5.5-5.5l-11 11" stroke="#b3141d" stroke-width="3.2"/>',
    Mark.KEPT: '<rect x="-5" y="-5" width="10" height="10" fill="#1a7f37"/>',
}
"""Each has a shape of its own, for those who do not tell the colours apart."""
HEAD = (
    '<style>text{font:13px "Helvetica Neue",Arial,"DejaVu Sans",sans-serif;fill:#1b1f24}'
    ".title{font-size:19px;font-weight:bold}.small{font-size:11.5px;fill:#4a525c}"
    ".head{font-weight:bold}.line{stroke:#d5dae0}.end{stroke:#1b1f24;stroke-width:2}</style>"
    '<defs><pattern id="stands" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="#eef1f4"/>'
    '<rect width="2.5" height="6" fill="#9aa5b1"/></pattern></defs>'
)


def picture(simulated: Simulated, zone_name: str) -> str:
    """The whole SVG document, 1200 pixels wide; times are those of the zone."""
    here = zone(zone_name)
    levels, promises = level_rows(simulated), promise_rows(simulated)
    scale = Scale(simulated.escalation.opened_at, simulated.ended_at, _turns(levels, promises), LEFT, RIGHT)
    bottom = TOP + ROW * (len(levels) + len(promises) + 2)
    height = bottom + 110
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">',
        f'<title id="title">{escape(simulated.escalation.report.subject)}</title>',
        f'<desc id="desc">{escape(_described(simulated, levels, promises, here))}</desc>',
        HEAD,
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        *_titles(simulated, here, zone_name),
        *_nights(scale, here, bottom),
        _text(20, bottom + 32, zone_name, "small"),
        *_ticks(scale, here, bottom),
        *_block("Levels", levels, TOP, scale, here),
        *_block("Promises", promises, TOP + ROW * (len(levels) + 1), scale, here),
        *_closing(simulated, scale, bottom),
        *_legend(bottom + 80),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _turns(levels: list[Row], promises: list[Row]) -> list[datetime]:
    """What has to be told apart: all about levels, and the first about each promise."""
    marks = [mark for row in levels for mark in row.marks]
    marks += [mark for row in promises for mark in row.marks[:1]]
    return [at for _, at, _ in marks]


def _described(simulated: Simulated, levels: list[Row], promises: list[Row], here: tzinfo) -> str:
    """The same for those who do not see it."""
    opened = f"Opened {local(simulated.escalation.opened_at, here)}."
    rows = (f"{row.label}: {_counted(row)}." for row in (*levels, *promises))
    return " ".join((opened, *rows, _end(simulated)))


def _counted(row: Row) -> str:
    kinds = [kind for kind, _, _ in row.marks]
    said = (f"{kind} {kinds.count(kind)} times" for kind in Mark if kind in kinds)
    return ", ".join(said) or "nothing"


def _end(simulated: Simulated) -> str:
    escalation = simulated.escalation
    if escalation.closed_at is None:
        return f"Still open after {span(simulated.ended_at - escalation.opened_at)}."
    return f"Closed ({escalation.close_reason}) after {span(escalation.closed_at - escalation.opened_at)}."


def _titles(simulated: Simulated, here: tzinfo, zone_name: str) -> Iterator[str]:
    escalation = simulated.escalation
    yield _text(20, 32, escalation.report.subject[:100], "title")
    said = (
        f"{escalation.severity} under policy {escalation.policy.name} {escalation.policy.version}, "
        f"opened {local(escalation.opened_at, here)} {zone_name}. {_end(simulated)}"
    )
    yield _text(20, 54, said)


def _nights(scale: Scale, here: tzinfo, bottom: int) -> Iterator[str]:
    if scale.end - scale.start > timedelta(days=MOST_NIGHTS):
        return
    day = scale.start.astimezone(here).date() - timedelta(days=1)
    while day <= scale.end.astimezone(here).date():
        dusk = datetime.combine(day, time(NIGHT_BEGINS), here)
        dawn = datetime.combine(day + timedelta(days=1), time(NIGHT_ENDS), here)
        left, right = scale.x(dusk), scale.x(dawn)
        if right - left >= 1:
            yield (
                f'<rect x="{left:.1f}" y="{TOP - 8}" width="{right - left:.1f}" '
                f'height="{bottom - TOP + 8}" fill="#eceaf4"/>'
            )
        day += timedelta(days=1)


def _ticks(scale: Scale, here: tzinfo, bottom: int) -> Iterator[str]:
    for after in (timedelta(0), *scale.ticks()):
        x = scale.x(scale.start + after)
        yield f'<line class="line" x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{bottom}"/>'
        at = (scale.start + after).astimezone(here)
        yield _text(x, bottom + 17, f"+{span(after)}" if after else "opened", "small", "middle")
        yield _text(x, bottom + 32, f"{at:%a %d, %H:%M}", "small", "middle")
        yield _text(x, bottom + 47, f"UTC{at.isoformat()[19:]}", "small", "middle")


def _block(name: str, rows: list[Row], top: int, scale: Scale, here: tzinfo) -> Iterator[str]:
    yield _text(20, top + 19, name, "head")
    for number, row in enumerate(rows, 1):
        yield from _row(row, top + number * ROW, scale, here)


def _row(row: Row, top: int, scale: Scale, here: tzinfo) -> Iterator[str]:
    middle = top + ROW / 2
    yield f'<line class="line" x1="20" y1="{top}" x2="{RIGHT}" y2="{top}"/>'
    label = row.label if len(row.label) <= LONGEST_LABEL else f"{row.label[: LONGEST_LABEL - 1]}…"
    yield _text(32, middle + 4.5, label)
    for bar, since, until in row.bars:
        left, right = scale.x(since), scale.x(until)
        yield (
            f'<rect x="{left:.1f}" y="{middle - 7}" width="{max(right - left, 1):.1f}" height="14" '
            f'fill="{COLOURS[bar]}"><title>{bar}</title></rect>'
        )
    for mark, at, said in row.marks:
        title = escape(f"{local(at, here)}: {localised(said, at, here)}")
        yield (
            f'<g transform="translate({scale.x(at):.1f} {middle})"><title>{title}</title>{MARKS[mark]}</g>'
        )


def _closing(simulated: Simulated, scale: Scale, bottom: int) -> Iterator[str]:
    closed = simulated.escalation.closed_at
    if closed is not None:
        x = scale.x(closed)
        yield f'<line class="end" x1="{x:.1f}" y1="{TOP - 8}" x2="{x:.1f}" y2="{bottom}"/>'
        yield _text(x, TOP - 14, "closed", "small", "middle")


def _legend(y: int) -> Iterator[str]:
    x = 40
    for mark, shape in MARKS.items():
        yield f'<g transform="translate({x} {y})">{shape}</g>'
        yield _text(x + 13, y + 4.5, mark)
        x += 45 + 8 * len(mark)
    for bar, colour in COLOURS.items():
        yield f'<rect x="{x}" y="{y - 7}" width="26" height="14" fill="{colour}"/>'
        yield _text(x + 33, y + 4.5, bar)
        x += 65 + 7 * len(bar)
    yield f'<rect x="{x}" y="{y - 7}" width="26" height="14" fill="#eceaf4"/>'
    yield _text(x + 33, y + 4.5, "night")


def _text(x: float, y: float, said: str, kind: str = "", anchor: str = "") -> str:
    kind = f' class="{kind}"' if kind else ""
    anchor = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{kind}{anchor}>{escape(said)}</text>'
