"""Opens pages in Chromium: light and dark, wide and narrow.

python -m tests.browser PAGE... [--save FOLDER] [--axe axe.min.js]

Of each page it tells what the console says, what is requested, whether it is wider than the window, and with axe-core
(`npm pack axe-core` has the file) what violates the accessibility rules. The exit status is 1 where anything is wrong.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.browser.chromium import Page, chromium, executable

LOOKS = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 400)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Open, look, tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description="Open pages in Chromium.")
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--save", type=Path, help="a folder for screenshots")
    parser.add_argument("--axe", type=Path, help="axe.min.js")
    chosen = parser.parse_args(arguments)
    program = executable()
    if program is None:
        sys.exit("there is no Chromium: install it, or name it with CHROMIUM=PATH")
    axe = chosen.axe.read_text(encoding="utf-8") if chosen.axe else ""
    wrong = 0
    with chromium(program) as page:
        for path in chosen.pages:
            for line in _told(page, path, chosen.save, axe):
                wrong += not line.startswith("opened ")
                sys.stdout.write(f"{path.name}: {line}\n")
    return 1 if wrong else 0


def _told(page: Page, path: Path, save: Path | None, axe: str) -> Iterator[str]:
    """How long it took, then every problem."""
    for scheme, width in LOOKS:
        page.look("dark" if scheme == "dark" else "light", width)
        start = time.monotonic()
        page.open(path)
        yield f"opened {scheme} {width}: {time.monotonic() - start:.2f} s"
        yield from (f"{scheme} {width}: console: {each}" for each in page.said)
        yield from (f"{scheme} {width}: requested: {each}" for each in page.requested)
        if page.run("document.documentElement.scrollWidth > innerWidth"):
            yield f"{scheme} {width}: wider than the window"
        if save:
            save.mkdir(parents=True, exist_ok=True)
            page.picture(save / f"{path.stem}-{scheme}-{width}.png")
        if axe:
            page.run(f"{axe};0")
            found = page.run(
                "axe.run(document, {resultTypes: ['violations']})"
                ".then(all => all.violations.map(each => `${each.id}: ${each.nodes[0].html.slice(0, 200)}`))"
            )
            yield from (f"{scheme} {width}: axe: {each}" for each in found)


if __name__ == "__main__":
    sys.exit(main())
