"""`python -m bihuan.main [PID]` runs one worker until it is told to stop, or until process PID is gone.

It stands above the four faces because it puts one of them, the worker, into a process of its own: `bihuan work` and
`bihuan serve` start it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading

WATCH = 2.0  # seconds between looks at the process one works beside


def main(arguments: list[str]) -> int:
    """Run the worker; SIGTERM and SIGINT end it after the round it is in."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    import django

    django.setup(set_prefix=False)
    from bihuan.jobs.worker import Worker

    worker = Worker()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: worker.stop.set())
    if arguments:
        threading.Thread(target=_watch, args=(int(arguments[0]), worker.stop), daemon=True).start()
    worker.run()
    return 0


def _watch(process: int, stop: threading.Event) -> None:
    """Stop when the process is no longer our parent: a worker without its server would hold the database for nobody."""
    while not stop.wait(WATCH):
        if os.getppid() != process:
            stop.set()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
