"""同时写: eight processes that write at once, by hand and through the actions, all for one desk and one office.

`python -m bench.writers NUMBER` is one of them: it says 就绪, and for every line `hand N` or `ours N` lives so many
lives and says 好了.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from typing import Any

FIRM = 3  # all orders come to one desk and one office: the hottest place there is


def writers(many: int, repeats: int, lives: int = 6) -> dict[str, Any]:
    """Let `many` processes write `lives` lives each, by hand and then through the actions, in pairs."""
    # Not pinned like the one that measures: they share what cores there are with the server.
    command = [sys.executable, "-m", "bench.writers"]
    started = [
        subprocess.Popen([*command, str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for n in range(many)
    ]
    try:
        _heard(started)
        _together(started, "hand", 1), _together(started, "ours", 1)
        hands, others = [], []
        for _ in range(max(5, repeats // 3)):
            hands.append(_together(started, "hand", lives))
            others.append(_together(started, "ours", lives))
    finally:
        for one in started:
            one.kill()
            one.communicate()
    return {
        "writers": many,
        "ratio": round(statistics.median(ours / hand for hand, ours in zip(hands, others, strict=True)), 2),
        "pairs": len(hands),
        "base_us": round(statistics.median(hands)),
        "ours_us": round(statistics.median(others)),
    }


def _heard(started: list[subprocess.Popen[str]]) -> None:
    for one in started:
        if one.stdout is None or not one.stdout.readline():
            raise RuntimeError("a writer has ended")


def _together(started: list[subprocess.Popen[str]], kind: str, lives: int) -> float:
    """Return the microseconds a committed step took, all processes taken together."""
    start = time.perf_counter()
    for one in started:
        if one.stdin is not None:
            one.stdin.write(f"{kind} {lives}\n")
            one.stdin.flush()
    _heard(started)
    return (time.perf_counter() - start) * 1e6 / (len(started) * lives * 7)


def main(number: int) -> None:
    """Be one writer until the input ends."""
    import django

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    django.setup()
    from datetime import timedelta

    from bench import baseline, county, fill
    from bench import lives as scripts

    base = baseline.Baseline(above=10**15 * (number + 1) + time.time_ns() % 10**15)
    crew = scripts.Crew(FIRM, FIRM, FIRM + 1)
    people = fill.actors([crew.person(part) for part in scripts.PARTS])
    now = county.NOW
    print("就绪", flush=True)
    for line in sys.stdin:
        kind, many = line.split()
        for _ in range(int(many)):
            now += timedelta(milliseconds=1)
            if kind == "hand":
                base.life()
                continue
            for _ in scripts.live(county.SEVEN, crew, scripts.seven(crew), people, now):
                pass
        print("好了", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
