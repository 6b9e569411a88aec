"""简报印本: a brief put into words for every way of handing it out: Word, print, plain text, JSON and the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.utils import translation
from django.utils.translation import gettext as _

from bihuan.actions.brief_figures import asked_of
from bihuan.actions.brief_files import Printed
from bihuan.core.brief_text import plain
from bihuan.core.briefs import BriefState, Json, placed
from bihuan.core.figures import Asked
from bihuan.core.network import Network
from bihuan.core.programmes import Programme
from bihuan.words import briefs as words
from bihuan.words.document_values import full
from bihuan.words.wording import CHINESE


def query_of(programme: str, key: str, asked: Asked, part: str = "") -> str:
    """Return the address of a figure's own page: the same address gives the same records for ever."""
    asks = {"from": str(asked.since), "to": str(asked.until), "as_of": asked.as_of, "unit": asked.unit, "part": part}
    asks |= {name: value or "-" for name, value in asked.slices}
    return f"/reports/figures/{programme}/{key}/?" + urlencode({name: text for name, text in asks.items() if text})


def printed(paper: Mapping[str, Any], net: Network) -> Printed:
    """Return what is printed of a brief, in Chinese whoever reads."""
    with translation.override(CHINESE):
        return Printed(
            header=paper["header"],
            number=paper["numbered"],
            date=full(paper["at"]),
            issuer=paper["issuer"],
            internal=_("内部资料") if paper["internal"] else "",
            paragraphs=paper["paragraphs"],
            wordings=words.wordings_of(paper),
            lines=words.lines(paper),
            hands=words.signers(paper, net),
        )


def text_of(one: Printed) -> str:
    """Return the brief as plain text."""
    head = [one.internal] if one.internal else []
    head += [one.header, f"{one.number or '草稿，未编号'}　　{one.date}", ""]
    body = [("" if part["kind"] == "title" else "　　") + one.text(part["pieces"]) for part in one.paragraphs]
    foot = [f"{word}：{text}。" for word, text in one.lines]
    hands = "　".join(f"{word}：{name}" for word, name in one.hands)
    return "\n".join(
        [*head, *body, "", one.issuer, one.date, *([""] if foot else []), *foot, *([hands] if hands else [])]
    )


STYLE = (
    "@page{size:A4;margin:37mm 26mm 35mm 28mm}"
    "body{max-width:156mm;margin:10mm auto;color:#000;background:#fff;"
    "font:16pt/29pt FangSong,STFangsong,FangSong_GB2312,'Noto Serif CJK SC',serif;text-align:justify}"
    ".band{color:#c0211f;text-align:center;font:700 28pt/1.4 STZhongsong,'Noto Serif CJK SC',serif}"
    ".no{display:flex;justify-content:space-between;border-bottom:2px solid #c0211f;margin-bottom:16pt}"
    "h1{font:700 22pt/34pt STZhongsong,'Noto Serif CJK SC',serif;text-align:center}"
    "h2{font:16pt/29pt SimHei,'Noto Sans CJK SC',sans-serif;text-indent:2em;margin:0;break-after:avoid}"
    "p{text-indent:2em;margin:0}.sign{text-align:right;margin-top:28pt}.inner{font-family:SimHei;text-indent:0}"
    ".foot{font-size:14pt;line-height:24pt;border-top:1px solid #000;margin-top:28pt;break-inside:avoid}"
    ".foot div{border-bottom:1px solid #000}.band,.sign{text-indent:0}a{color:inherit;text-decoration-style:dotted}"
    "@media print{body{margin:0;max-width:none}a{text-decoration:none}}"
)


def html_of(one: Printed, links: Mapping[int, str]) -> str:
    """Return the brief as one page that prints on A4, each figure a link to what it opens."""

    def line(pieces: Any) -> str:
        return "".join(
            escape(piece)
            if isinstance(piece, str)
            else f'<a href="{escape(links.get(piece, ""))}">{escape(one.wordings[piece])}</a>'
            for piece in pieces
        )

    tags = {"title": "h1", "heading": "h2"}
    body = "\n".join(
        f"<{tags.get(part['kind'], 'p')}>{line(part['pieces'])}</{tags.get(part['kind'], 'p')}>"
        for part in one.paragraphs
    )
    foot = "".join(f"<div>{escape(word)}：{escape(text)}。</div>" for word, text in one.lines)
    hands = "　".join(f"{escape(word)}：{escape(name)}" for word, name in one.hands)
    foot += f"<div>{hands}</div>" if hands else ""
    internal = f'<p class="inner">{escape(one.internal)}</p>' if one.internal else ""
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(one.header)}{escape(one.number)}</title><style>{STYLE}</style></head><body>\n"
        f'{internal}<p class="band">{escape(one.header)}</p>'
        f'<div class="no"><span>{escape(one.number) or "草稿，未编号"}</span><span>{one.date}</span></div>\n{body}\n'
        f'<p class="sign">{escape(one.issuer)}<br>{one.date}</p>'
        f"{f'<div class=foot>{foot}</div>' if foot else ''}\n</body></html>\n"
    )


def json_of(brief: BriefState, paper: Mapping[str, Any], programme: Programme, one: Printed) -> Json:
    """Return the brief with every figure: value, wording, indicator, query, what it opens and how many records."""
    return {
        "programme": brief.programme,
        "brief": brief.kind,
        "bundle": brief.bundle,
        "number": one.number,
        "state": brief.state,
        "from": brief.since,
        "to": brief.until,
        "as_of": brief.as_of,
        "text": text_of(one),
        "paragraphs": [
            {"kind": part["kind"], "text": plain(part["pieces"], one.wordings), "pieces": part["pieces"]}
            for part in paper["paragraphs"]
        ],
        "figures": [figure_json(brief, n, figure, programme) for n, figure in placed(paper["figures"])],
        "unsaid": brief.unsaid,
        "digest": brief.digest,
    }


def figure_json(brief: BriefState, n: int, figure: Json, programme: Programme) -> Json:
    """Return one figure of a brief as plain data."""
    declared = programme.indicators.get(figure["figure"])
    parts = dict(figure["parts"])
    return {
        "n": n,
        "indicator": figure["figure"],
        "name": figure["name"],
        "group": {figure["by"]: figure["group"]} if figure["by"] else {},
        "value": figure["value"],
        "unit": figure["unit"],
        "style": figure["style"],
        "wording": figure["wording"],
        "query": query_of(brief.programme, figure["figure"], asked_of(brief, figure)),
        "opens": figure["opens"],
        "parts": parts,
        "members": next(iter(parts.values()), 0),
        "from": figure["since"],
        "to": figure["until"],
        "as_of": figure["as_of"],
        "definition": figure["definition"],
        "missing": figure["missing"],
        "hint": declared.hint if declared else "",
    }
