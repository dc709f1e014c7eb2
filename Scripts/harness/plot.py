"""The comparison as a picture: bars of text, or one self-contained page with SVG."""

import html

from . import regimes

COLOURS = {"holdfast": "#1b6e53", "redis": "#b3402f", "postgres": "#31628f", "etcd": "#5b4b9a", "tigerbeetle": "#a06a00"}
TEXT_WIDTH = 50
BAR_HEIGHT, GROUP_GAP, LABEL_WIDTH, PLOT_WIDTH = 16, 14, 150, 620


def medians(results):
    """`{case: [(system, reservations a second, p99 in ms)]}` of what ran."""
    found = {}
    for case, systems in results.items():
        for system, runs in systems.items():
            told = [run for run in runs if run is not None]
            if told:
                point = (system, regimes.middle(told, "requests_per_second"), regimes.middle(told, "p99_ms"))
                found.setdefault(case, []).append(point)
    return found


def text(results):
    lines = []
    for case, points in medians(results).items():
        most = max(rate for _, rate, _ in points)
        for index, (system, rate, _) in enumerate(points):
            bar = "#" * max(1, round(TEXT_WIDTH * rate / most)) if rate else ""
            lines.append(f"  {case if index == 0 else '':20} {system:12} {bar} {rate:,.0f}")
    return "\n".join(lines)


def svg(results):
    """A group of bars a regime, each group on its own scale; the p99 stands beside each bar."""
    parts, y = [], 10
    for case, points in medians(results).items():
        most = max(rate for _, rate, _ in points) or 1
        parts.append(f'<text x="0" y="{y + 12}" font-weight="bold">{html.escape(case)}</text>')
        for system, rate, p99 in points:
            width = max(1, PLOT_WIDTH * rate / most)
            colour = COLOURS.get(system, "#555")
            parts.append(
                f'<rect x="{LABEL_WIDTH}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT - 3}" fill="{colour}"/>'
            )
            label = f"{system} {rate:,.0f}/s, p99 {p99:.2f} ms"
            parts.append(f'<text x="{LABEL_WIDTH + width + 6:.1f}" y="{y + 11}">{html.escape(label)}</text>')
            y += BAR_HEIGHT
        y += GROUP_GAP
    size = f'width="{LABEL_WIDTH + PLOT_WIDTH + 260}" height="{y}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">{"".join(parts)}</svg>'
    )


def page(results, rows, verdicts, machine, versions):
    """Everything in one file: nothing is loaded from elsewhere."""
    heads = ["regime", "system", "reservations/s", "p50 ms", "p99 ms", "server cores", "client cores", "Holdfast is"]
    judged = [(one.what, one.figure, one.bar, "met" if one.met else "MISSED") for one in verdicts]
    told = [*machine.items(), *versions.items()]
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Holdfast and its peers</title><style>
body {{ font-family: sans-serif; margin: 2em }} table {{ border-collapse: collapse; margin: 1em 0 }}
td, th {{ padding: 2px 10px; text-align: right; border-bottom: 1px solid #ddd }}
td:first-child, th:first-child {{ text-align: left }}
</style></head><body>
<h1>Holdfast and its peers</h1>
<p>Reservations a second on three replicas (one node where the regime says so), acknowledged when durable; medians of the
rounds.</p>
{svg(results)}
{table(heads, rows)}
{table(["bar", "figure", "asked", ""], judged)}
{table(["of", "this run"], told)}
</body></html>
"""


def table(heads, lines):
    def row(cells, tag):
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + row(heads, "th") + "".join(row(line, "td") for line in lines) + "</table>"
