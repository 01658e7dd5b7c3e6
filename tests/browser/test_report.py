"""The HTML report and pages of pictures in a browser, headless."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from simulator.events import Event, Note
from simulator.report.html import html_pictures, html_report
from simulator.report.result import Report
from tests.browser.chromium import Page, chromium, executable
from tests.report.test_html import judged, message

pytestmark = pytest.mark.slow

HOSTILE = (
    "<script>document.title='owned'</script>",
    "</style></title></svg></pre></script><script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "' onmouseover='document.title=1' autofocus onfocus='document.title=1'",
    "]]><svg onload=\"document.title='owned'\">{{7*7}}",
    "[[javascript:document.title=1 here]] <img:http://127.0.0.1:1/x.png> <&x>",
)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One browser for all tests."""
    program = executable()
    if program is None:
        pytest.skip("there is no Chromium: install it, or name it with CHROMIUM=PATH")
    with chromium(program) as opened:
        yield opened


def hostile() -> Report:
    """A report that says something hostile wherever it can."""
    reports = [
        judged(
            f"== {text} ==\nA -> B: {text}\nnote right: {text}\nalt {text}\nA -> B: x\nend",
            Event(source="A", target="B", label=text, notes=(Note("hnote", text),)),
            message(text, "A", text),
            name=f"{text.replace('/', '')}.puml",
            trace=text,
        )
        for text in HOSTILE
    ]
    results = tuple(result for report in reports for result in report.results)
    written = {name: each for report in reports for name, each in report.diagrams.items()}
    return Report(results, diagrams=written, warnings=HOSTILE)


def test_hostile_texts_do_nothing(page: Page, tmp_path: Path) -> None:
    """In labels, notes, names and guards: no script runs, no element comes to be, nothing is requested."""
    report = hostile()
    (tmp_path / "report.html").write_text(html_report(report), encoding="utf-8")
    drawn = [(name, each.diagram) for name, each in report.diagrams.items()]
    (tmp_path / "pictures.html").write_text(html_pictures(drawn, HOSTILE[0]), encoding="utf-8")
    for name in ("report.html", "pictures.html"):
        page.open(tmp_path / name)
        page.run("document.querySelectorAll('details').forEach(each => each.open = true)")
        page.run("document.querySelectorAll('*').forEach(each => each.dispatchEvent(new Event('mouseover')))")
        assert page.run("document.title").startswith("simulator: ")
        assert page.run("document.querySelectorAll('img,iframe,object,embed,link').length") == 0
        assert page.run("document.querySelectorAll('script').length") == (name == "report.html")
        assert page.run("document.querySelectorAll('a:not([href^=\"#\"])').length") == 0
        assert all(page.run(f"document.body.textContent.includes({text!r})") for text in HOSTILE[:1])
        assert (page.said, page.requested) == ([], [])


def test_what_goes_wrong_is_noticed(page: Page, tmp_path: Path) -> None:
    """The test above can fail: of a page that does all of it each thing is seen."""
    (tmp_path / "bad.html").write_text("<script>document.title='owned';console.error(1)</script><img src='none.png'>")
    page.open(tmp_path / "bad.html")
    assert page.run("document.title") == "owned"
    assert page.said
    assert [url.rpartition("/")[2] for url in page.requested] == ["none.png"]


def test_a_link_opens_the_folded_result_it_leads_into(page: Page, tmp_path: Path) -> None:
    """A deviation leads to its arrow and its line, a row of the table to its arrow; each is seen then."""
    reports = [judged("A -> B: one\nA -> B: two", message("one"), message("2"), name=f"{n}.puml") for n in "ab"]
    results = tuple(result for report in reports for result in report.results)
    written = {name: each for report in reports for name, each in report.diagrams.items()}
    (tmp_path / "report.html").write_text(html_report(Report(results, diagrams=written)), encoding="utf-8")
    for scheme, width in (("light", 1280), ("dark", 400)):
        page.look("dark" if scheme == "dark" else "light", width)
        page.open(tmp_path / "report.html")
        links = page.run("[...document.querySelectorAll('#r2 a[href^=\"#\"]')].map(each => each.getAttribute('href'))")
        assert len({*links}) >= 3
        for link in {*links}:
            page.run("document.querySelectorAll('details').forEach(each => each.open = false); location.hash = ''")
            page.run(f"document.querySelector('#r2 a[href=\"{link}\"]').click()")
            page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            assert page.run("document.getElementById('r2').open")
            seen = f"(({{top, bottom}}) => top >= 0 && bottom <= innerHeight)(document.querySelector('{link}')"
            assert page.run(f"{seen}.getBoundingClientRect())")
        assert page.run("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_reaches_everything(page: Page, tmp_path: Path) -> None:
    """Every link, field, result and part that scrolls is met by pressing Tab; Enter opens a folded result."""
    report = judged("A -> B: one\nA -> B: two", message("one"), message("2"))
    (tmp_path / "report.html").write_text(html_report(report), encoding="utf-8")
    page.look("light", 1280)
    page.open(tmp_path / "report.html")
    wanted = page.run("document.querySelectorAll('a[href],input,summary,[tabindex=\"0\"]').length")
    met = set()
    for _ in range(wanted + 2):
        page.press("Tab")
        met.add(page.run("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert len(met - {page.run("[...document.querySelectorAll('*')].indexOf(document.body)")}) == wanted
    page.run("document.querySelector('summary').focus()")
    page.press("Enter")
    assert page.run("document.querySelector('details').open") is False
    page.press("Enter")
    assert page.run("document.querySelector('details').open") is True


def test_search_narrows_the_list(page: Page, tmp_path: Path) -> None:
    """It shows what has all the words, and says how many; without script everything is there."""
    good = judged("A -> B: one", message("one"), name="good.puml")
    bad = judged("A -> B: one", message("2"), name="bad.puml")
    both = replace(good, results=(*good.results, *bad.results), diagrams={**good.diagrams, **bad.diagrams})
    (tmp_path / "report.html").write_text(html_report(both), encoding="utf-8")
    page.open(tmp_path / "report.html")
    page.run("document.getElementById('search').value = 'GOOD'")
    page.run("document.getElementById('search').dispatchEvent(new Event('input'))")
    assert page.run("[...document.querySelectorAll('.result')].map(each => each.hidden)") == [True, False]
    assert page.run("document.getElementById('found').textContent") == "1 found"
