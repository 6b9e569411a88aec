"""Hold the documentation to what the code says.

    .venv/bin/python scripts/docs.py      one line per fault; exits 1 if any

Rules: links between pages lead somewhere; the index of docs/ leaves no page out; docs/settings.md and the code name the
same environment variables; docs/dependencies.md gives every direct dependency a reason and a licence; GLOSSARY.md's
code terms are in the code, and the Chinese word that opens a module is in GLOSSARY.md.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s#]+)(?:#[^)\s]*)?\)|!\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
SETTING = re.compile(r"\bBIHUAN_[A-Z][A-Z_]*[A-Z]\b")
CHINESE = re.compile(r"[\u4e00-\u9fff“”]+")
OPENING = re.compile(r'^(?:#.*\n|\s)*"""([\u4e00-\u9fff]+)\s*[:：]')
MADE = {".venv", "var", "build", "dist", ".git", "node_modules", ".pytest_cache"}
IN_THE_CODE = "## In the code"


def pages(root: Path) -> list[Path]:
    """Return every Markdown page of the source."""
    return sorted(path for path in root.rglob("*.md") if not MADE & set(path.relative_to(root).parts))


def links(root: Path) -> list[str]:
    """Return a fault for every relative link that leads nowhere."""
    faults = []
    for page in pages(root):
        for found in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8"))):
            target = found.group(1) or found.group(2)
            if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                faults.append(f"{page.relative_to(root)}: 链接 {target} 指不到任何文件")
    return faults


def index(root: Path) -> list[str]:
    """Return a fault for every page below docs/ that docs/README.md does not link."""
    start = root / "docs" / "README.md"
    if not start.exists():
        return ["docs/README.md: 没有这个目录页"]
    linked = {
        (start.parent / (found[0] or found[1])).resolve() for found in LINK.findall(start.read_text(encoding="utf-8"))
    }
    below = [page for page in pages(root) if start.parent in page.parents and page != start]
    return [f"docs/README.md: 没有列出 {page.relative_to(root)}" for page in below if page.resolve() not in linked]


def settings(root: Path) -> list[str]:
    """Return a fault for every environment variable that is read and not described, or described and not read."""
    code = [*(root / "bihuan").rglob("*.py"), *(root / "scripts").glob("*.py"), *(root / "bench").rglob("*.py")]
    read = {name for path in code for name in re.findall(r"[\"'](BIHUAN_[A-Z_]+[A-Z])[\"']", path.read_text("utf-8"))}
    # settings.text() also reads the file that NAME_FILE names; only the secret's is promised.
    described = set(SETTING.findall((root / "docs" / "settings.md").read_text(encoding="utf-8")))
    optional = {f"{name}_FILE" for name in read}
    return [
        *(f"docs/settings.md: 没有说明 {name}" for name in sorted(read - described)),
        *(f"docs/settings.md: 代码里没有 {name}" for name in sorted(described - read - optional)),
    ]


def dependencies(root: Path) -> list[str]:
    """Return a fault for every direct dependency without a row in docs/dependencies.md, or a row without licence."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    rows = {
        cells[0].strip("` ").lower(): cells
        for line in (root / "docs" / "dependencies.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 3
    }
    faults = []
    for requirement in wanted:
        name = re.split(r"[<>=!~; ]", requirement)[0]
        row = rows.get(name.lower())
        if row is None or not all(row):
            faults.append(f"docs/dependencies.md: {name} 没有写清用途和许可证")
    return faults


def glossary(root: Path) -> list[str]:
    """Return a fault for every code term of GLOSSARY.md that no code uses, and every module's word it lacks."""
    text = (root / "GLOSSARY.md").read_text(encoding="utf-8")
    sources = [*(root / "bihuan").rglob("*.py"), *(root / "programmes").rglob("*.toml")]
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources).replace("-", "_").lower()
    names = " ".join(sorted(set(re.findall(r"[a-z0-9_]+", code))))
    checked = text.partition(IN_THE_CODE)[2].partition("\n## ")[0]
    faults = []
    for line in checked.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) >= 2:
            terms = re.findall(r"`([a-z_0-9]+)`", cells[1])
            missing = [term for term in terms if not re.search(rf"(?<![a-z0-9]){term}(?![a-z0-9])", names)]
            faults += [f"GLOSSARY.md: 代码里没有 {term}" for term in missing]
    if not re.search(r"`[a-z_]+`", checked):
        faults.append(f"GLOSSARY.md: “{IN_THE_CODE}”一节是空的")
    known = set(CHINESE.findall(text))
    for path in sources:
        opening = OPENING.match(path.read_text(encoding="utf-8")) if path.suffix == ".py" else None
        if opening and not any(opening.group(1) in word for word in known):
            faults.append(f"GLOSSARY.md: 没有“{opening.group(1)}”（{path.relative_to(root)} 的第一个词）")
    return faults


RULES = (links, index, settings, dependencies, glossary)


def main() -> int:
    """Print every fault and return 1 when there is one."""
    faults = [fault for rule in RULES for fault in rule(ROOT)]
    print("\n".join(faults) if faults else "文档与代码一致")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
