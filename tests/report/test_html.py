"""The HTML report: one file that needs nothing, escapes everything, and links only to itself."""

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from simulator.conformance.check import check
from simulator.conformance.counting import Book
from simulator.conformance.selection import nothing
from simulator.diagram.parser import parse
from simulator.errors import Place
from simulator.events import Event, Note, Trace
from simulator.interaction.lower import lower
from simulator.report.html import html_pictures, html_report
from simulator.report.result import Remark, Report, Result, Written

HOSTILE = "<script>document.title='owned'</script>"


class Reading(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def judged(text: str, *events: Event, name: str = "x.puml", trace: str = "run") -> Report:
    """A report of one diagram and one trace."""
    whole = f"@startuml\n{text}\n@enduml\n"
    diagram = parse(whole, name)[0]
    expectation = lower(diagram, name)
    verdict = check(expectation, Trace(trace, events))
    book = Book(nothing, weak=False)
    book.add(expectation, verdict)
    result = Result(name, trace, verdict, 1.25, events=events, expectation=expectation)
    return Report((result,), coverage=book.coverage, diagrams={name: Written(diagram, whole)})


def message(label: str, source: str = "A", target: str = "B") -> Event:
    """One message."""
    return Event(source=source, target=target, label=label)


DEVIATING = judged("A -> B: one\nA -> B: two\nA -> B: three", message("one"), message("2"), message("x", "B", "A"))


def test_the_same_report_gives_the_same_bytes() -> None:
    """Whatever the time it took."""
    slower = replace(DEVIATING, results=tuple(replace(each, seconds=9) for each in DEVIATING.results))
    assert html_report(DEVIATING) == html_report(slower)


def test_every_link_leads_to_a_place_in_the_page_and_ids_are_unique() -> None:
    """Deviations link to arrows and to source lines, and nothing leads away."""
    two = Report(DEVIATING.results * 2, diagrams=DEVIATING.diagrams)
    for report in (DEVIATING, replace(two, results=(two.results[0], replace(two.results[1], s3="moto")))):
        tags = Reading(html_report(report)).tags
        ids = Counter(attributes["id"] for _, attributes in tags if "id" in attributes)
        links = {attributes["href"] or "" for _, attributes in tags if "href" in attributes}
        assert set(ids.values()) == {1}
        assert links
        assert {link.removeprefix("#") for link in links} <= ids.keys()
        assert any("line-" in link for link in links)
        assert any("deviation-" in link for link in links)


def test_nothing_is_loaded_and_only_the_named_script_may_run() -> None:
    """The policy forbids the rest."""
    text = html_report(DEVIATING)
    tags = Reading(text).tags
    assert not {"src", "srcset", "action", "formaction", "ping"} & {name for _, each in tags for name in each}
    assert not any(name.startswith("on") for _, each in tags for name in each)
    assert [tag for tag, _ in tags if tag in {"script", "link", "img", "iframe", "object", "embed"}] == ["script"]
    assert "default-src 'none'" in text
    assert not re.search(r"@import|url\(", text)


@pytest.mark.parametrize("where", ["label", "note", "name", "trace", "failure", "section"])
def test_hostile_texts_stay_texts(where: str) -> None:
    """A script in a diagram, a log or a file's name is shown, not run."""
    texts = {where: HOSTILE}
    note = f"\nnote right: {texts.get('note', 'x')}"
    report = judged(
        f"== {texts.get('section', 'S')} ==\nA -> B: {texts.get('label', 'x')}{note}",
        Event(source="A", target="B", label=texts.get("label", "y"), notes=(Note("hnote", texts.get("note", "z")),)),
        name=f"{texts.get('name', 'x')}.puml",
        trace=texts.get("trace", "run"),
    )
    failed = replace(report.results[0], failures=(Remark(Place("x.toml", 1, 1), texts.get("failure", "y")),))
    text = html_report(replace(report, results=(failed,)))
    assert HOSTILE not in text
    assert sum(tag == "script" for tag, _ in Reading(text).tags) == 1


def test_what_deviates_comes_first_and_open() -> None:
    """The reader has ten seconds."""
    good = judged("A -> B: one", message("one"), name="good.puml")
    both = Report((*good.results, *DEVIATING.results), diagrams={**good.diagrams, **DEVIATING.diagrams})
    results = [each for tag, each in Reading(html_report(both)).tags if tag == "details"]
    assert ["open" in each for each in results] == [True, False]
    assert ["is-deviates" in (each["class"] or "") for each in results] == [True, False]


def test_without_results_the_page_says_so() -> None:
    """Nothing judged is no success."""
    assert "Nothing was judged" in html_report(Report())


def test_pictures_stand_on_a_page_of_their_own() -> None:
    """Every diagram under its name, foldable; a long one in sections; without script, and all ids once."""
    long = "\n".join(f"== {name} ==" + "\nA -> B: x" * 60 for name in ("one", "two"))
    diagrams = parse(f"@startuml First\nA -> B: hello\n@enduml\n@startuml\n{long}\n@enduml\n", "x.puml")
    text = html_pictures([("", diagrams[0]), (HOSTILE, diagrams[1])], HOSTILE)
    tags = Reading(text).tags
    assert sum(tag == "details" for tag, _ in tags) == 4
    assert all(word in text for word in ("<summary>First ", "<summary>one ", "<summary>two ", ">hello<"))
    assert HOSTILE not in text
    assert "script" not in {tag for tag, _ in tags}
    ids = [each["id"] for _, each in tags if "id" in each]
    assert len(ids) == len(set(ids)) == 6


def test_no_two_regions_have_one_name() -> None:
    """Who goes from region to region by name can tell them apart (WAI-ARIA 1.2, region)."""
    same = judged("A -> B: one", message("x"), message("x"), message("x"))
    other = replace(same, results=(*same.results, replace(same.results[0], s3="moto")))
    names = [each["aria-label"] for _, each in Reading(html_report(other)).tags if each.get("role") == "region"]
    assert len(names) > 4
    assert len(set(names)) == len(names)


def test_a_deviation_names_its_kind_once() -> None:
    """The kind stands before the summary, which does not say it again."""
    text = re.sub(r"<[^>]*>", "", html_report(DEVIATING))
    assert "missing A -&gt; B: three" in text
    assert "missing missing" not in text
