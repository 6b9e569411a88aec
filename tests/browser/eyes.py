"""What eyes see of a page: whether it fits its window; a page that is still coming is waited for."""

from __future__ import annotations

from playwright.sync_api import Page

_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return Array.from(document.querySelectorAll('body *'))
    .filter(e => e.getBoundingClientRect().right > wide + 1)
    .map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 8);
}"""


def sideways(page: Page) -> list[str]:
    """Return what sticks out of the window, by tag, class and right edge; [] when the page does not scroll sideways.

    A link just followed may have left a page without a single element yet: the page is let come in first.
    """
    page.wait_for_load_state()
    return [str(one) for one in page.evaluate(_OUT)]
