"""A terminal's screen with its colours as a picture (SVG): text that can be read and copied.

A module of tests/lab/screens; tests/cli compares docs/screen.svg with it.
"""
import html
import re
import sys

CELL, LINE, MARGIN, COLUMNS = 8.4, 18, 14, 80
PAPER, INK = "#1e1e1e", "#d4d4d4"
# Of SGR: what preflight uses.
STYLES = {"1": {"font-weight": "bold"}, "2": {"fill": "#9a9a9a"}, "31": {"fill": "#f48771"}, "32": {"fill": "#89d185"},
          "33": {"fill": "#e5c07b"}, "36": {"fill": "#75beff"}}
# The attributes that a code takes back.
RESETS = {"": ("fill", "font-weight"), "0": ("fill", "font-weight"), "22": ("font-weight",), "39": ("fill",), "49": ()}


def pieces(line, style):
    """(text, style) of a line; the style goes on from the line before."""
    at = 0
    for code in re.finditer(r"\x1b\[([\d;]*)m", line):
        if code.start() > at:
            yield line[at:code.start()], dict(style)
        for word in code[1].split(";"):
            for name in RESETS.get(word, ()):
                style.pop(name, None)
            style.update(STYLES.get(word, {}) if word in RESETS else STYLES[word])
        at = code.end()
    if line[at:]:
        yield line[at:], dict(style)


def spans(line, style):
    column, out = 0, []
    for text, look in pieces(line, style):
        words = "".join(f' {k}="{v}"' for k, v in look.items())
        # Columns hold in any font: each run of words has its own place.
        for run in re.finditer(r"\S+(?: \S+)*", text):
            x = MARGIN + (column + run.start()) * CELL
            out.append(f'<tspan x="{x:.1f}"{words}>{html.escape(run[0], quote=False)}</tspan>')
        column += len(text)
    return "".join(out)


def picture(screen):
    lines, style = screen.rstrip("\n").split("\n"), {}
    width, height = 2 * MARGIN + COLUMNS * CELL, 2 * MARGIN + len(lines) * LINE
    rows = [f'<text y="{MARGIN + LINE * (i + 1) - 5}">{spans(line, style)}</text>' for i, line in enumerate(lines)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" role="img" '
            f'aria-label="What preflight run shows of a site with three faults">\n'
            f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>\n'
            f'<g font-family="ui-monospace, DejaVu Sans Mono, Consolas, monospace" font-size="14" '
            f'fill="{INK}">\n' + "\n".join(rows) + "\n</g>\n</svg>\n")


if __name__ == "__main__":
    sys.exit("screen_svg: a module of screens")
