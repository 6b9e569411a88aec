"""简报: a template is read to its end, every number in it is a figure that is there and is said as what it counts."""

from __future__ import annotations

from bihuan.core.brief_templates import SAID, Broken, Claim, Each, Paragraph, Slot, flaws, parsed, walk
from bihuan.core.wording import STYLES, fits, styles_for
from bihuan.packs.faults import fault, suggestion
from bihuan.packs.nodes import Node, Pack

SHARES = ("share", "growth")
CLAIMS = ("record", "constraint")  # true or not; a constraint is printed in its own words too


def check(pack: Pack) -> None:
    """Note sections that do not close, figures and styles nobody declared, and numbers typed by hand."""
    known = {node.key: node for node in reversed(pack.tables("reports", "indicator")) if node.key}
    units = {key: unit_of(node) for key, node in known.items()}
    for brief in pack.tables("reports", "brief"):
        if brief.text("number") == "document" and not brief.text("word").strip():
            pack.add(brief, "number", "brief-number", key=brief.key)
        try:
            paragraphs = parsed(brief.text("text"))
        except Broken as why:
            _note(pack, brief, why.flaw.code, why.flaw.line, word=why.flaw.word, other=why.flaw.other)
            continue
        if not any(one.kind == "title" for one in paragraphs):
            _note(pack, brief, "brief-title", 0)
        for one in paragraphs:
            _named(pack, brief, one, known, units)
            for flaw in flaws(one, units):
                _note(pack, brief, flaw.code, flaw.line, word=flaw.word, other=flaw.other)


def unit_of(node: Node) -> str:
    """Return what an indicator is counted in, as far as its declaration says."""
    if node.text("aggregator") in SHARES:
        return "%"
    return node.text("word")


def _named(pack: Pack, brief: Node, one: Paragraph, known: dict[str, Node], units: dict[str, str]) -> None:
    for piece, by in walk(one.pieces):
        if isinstance(piece, Each):
            continue
        if not isinstance(piece, Slot | Claim) or piece.figure == by:
            continue
        node = known.get(piece.figure)
        if node is None:
            near = suggestion(piece.figure, [*known, *SAID])
            _note(pack, brief, "brief-figure", one.line, word=piece.figure, suggestion=near)
            continue
        kind = node.text("aggregator")
        if isinstance(piece, Claim) and kind not in CLAIMS:
            _note(pack, brief, "brief-no-claim", one.line, word=piece.figure)
        elif isinstance(piece, Slot) and kind == "record":
            _note(pack, brief, "brief-claim", one.line, word=piece.figure)
        elif isinstance(piece, Slot) and not _fits(piece, node, units[piece.figure]):
            styles = "、".join(style.name for style in styles_for(units[piece.figure]))
            said = STYLES[piece.style].name
            _note(pack, brief, "brief-unfit", one.line, word=piece.figure, style=said, words=styles)
        if by and by not in node.texts("by"):
            _note(pack, brief, "brief-by", one.line, word=piece.figure, other=by)


def _fits(piece: Slot, node: Node, unit: str) -> bool:
    if piece.style == "names":
        return node.text("aggregator") == "list"
    return not unit or fits(piece.style, unit)


def _note(pack: Pack, brief: Node, code: str, line: int, **facts: str) -> None:
    """Note a fault at a line of the text: a text over several lines begins on the line of its key or the next."""
    text = pack.folder.texts[brief.file.stem].text.split("\n")
    first = pack.line(brief, ("text",))
    opened = text[first - 1] if 0 < first <= len(text) else ""
    begun = first + (1 if opened.rstrip().endswith(('"""', "'''")) else 0)
    pack.faults.append(fault(pack.folder.shown(brief.file.name), begun + line, code, key=brief.key, **facts))
