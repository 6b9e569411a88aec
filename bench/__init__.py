"""The performance benchmark: `python -m bench`. Method and figures are in docs/performance.md."""
