"""The summary page: everything is said, nothing that is said can act, and it can be read by everyone."""

from __future__ import annotations

import copy
import functools
import re
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.contract.statuses import Outcome
from cognito_drop.core.presets.dropped_mapping import mapping_unusable
from cognito_drop.core.report_page import render
from cognito_drop.core.report_page.next_steps import next_steps, shell_word
from cognito_drop.core.report_page.page import POLICY
from cognito_drop.core.report_page.style import STYLE
from cognito_drop.core.report_page.words import FILE_MEANINGS
from cognito_drop.core.text.figures import counted
from tests.published_schemas import validator
from tests.summaries import EXAMPLES, RESULTS, Json, hostile, job, part, partly_imported, rows, summary

if TYPE_CHECKING:
    from cognito_drop.core.text.json_types import MappingVersionJson

SUMMARY = validator("summary-1")
VOID = {"meta", "link", "br"}
DANGEROUS = {"script", "img", "iframe", "object", "embed", "form", "base", "a", "video", "audio", "link"}
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
EXAMPLE = pytest.mark.parametrize("name", EXAMPLES)


class Page(HTMLParser):
    """A reader that insists on every element being closed in order, and keeps what it saw."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open_tags: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert not self.open_tags

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element and its attributes."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Only what was opened last may be closed."""
        assert self.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect what people read."""
        if self.open_tags and self.open_tags[-1] != "style":
            self.text += data


def texts(data: Any) -> list[list[Any]]:  # noqa: ANN401
    """The paths of all texts of a summary."""
    if isinstance(data, dict):
        return [[name, *path] for name, member in data.items() for path in texts(member)]
    if isinstance(data, list):
        return [[place, *path] for place, member in enumerate(data) for path in texts(member)]
    return [[]] if isinstance(data, str) else []


def planted(data: Json, path: list[Any], value: object) -> Json:
    """The summary with this value at the path."""
    made = copy.deepcopy(data)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {"hostile"}))  # which breaks the schema on purpose
def test_the_examples_are_summaries_of_the_published_schema(name: str) -> None:
    """What the page is tried with is what the schema promises, member for member."""
    SUMMARY.validate(EXAMPLES[name]())


@EXAMPLE
def test_it_is_well_formed_and_asks_no_one_for_anything(name: str) -> None:
    """No element that runs, loads, links or submits; no address; the policy lets in only the page's own style."""
    text = render(EXAMPLES[name]())
    page = Page(text)
    assert ("content", "light dark") in page.attributes, "the browser's own parts follow the reader's choice, too"
    assert not page.tags & DANGEROUS
    assert not [(attribute, value) for attribute, value in page.attributes if attribute.startswith("on")]
    assert {"href", "src", "action", "style", "srcset"}.isdisjoint(attribute for attribute, _ in page.attributes)
    assert "http:" not in text
    assert "https:" not in text
    assert ("content", POLICY) in page.attributes
    assert re.findall(r"url\(([^)]*)\)|@(import)|@(font-face)", STYLE) == re.findall(r"url\((#[^)]*)\)()()", STYLE)


def test_what_is_copied_from_a_line_has_spaces_between_its_parts() -> None:
    """Also where a grid draws them apart."""
    made: Json = partly_imported()
    text = Page(render(made)).text
    assert f"Part 1 of {len(made['parts'])} {made['parts'][0]['job']['status']}" in text
    assert all(f"{name} {FILE_MEANINGS[name]}" in text for name in made["files"])
    assert all(f"{counted(reason['count'])} {reason['message']}" in text for reason in made["reasons"])


def test_the_policy_names_the_style_that_is_in_the_page() -> None:
    """No element brings another style, and the only sheet is the one whose hash the policy has."""
    text = render(partly_imported())
    assert re.findall(r"<style>(.*?)</style>", text, re.DOTALL) == [STYLE]
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'; style-src 'sha256-")


@EXAMPLE
def test_every_count_can_be_read(name: str) -> None:
    """Each outcome with rows is in the page with its number, in the picture's description and in the table."""
    made: Json = EXAMPLES[name]()
    page = Page(render(made))
    counts = {word: number for word, number in made["rows"].items() if word != "total" and number}
    if made["dry_run"]:
        counts.pop("unprocessed", None)
    for word, number in counts.items():
        assert f"{counted(number)} {word}" in page.text
        assert re.search(rf"{word} [^0-9]*{counted(number)}", page.text)
    assert counted(made["rows"]["total"]) in page.text


def test_a_page_without_notes_has_no_list_of_them() -> None:
    """An empty one would be read out."""
    assert ' class="notes"' not in render(summary("imported", warnings=[]))
    assert ' class="notes"' in render(summary("imported", warnings=[{"code": "roles", "message": "Look."}]))


def test_a_job_that_failed_for_users_in_the_pool_leaves_nothing_to_fix() -> None:
    """A second drop of the same users is no fault of a row."""
    ended = job("Failed", "Too many users have failed or been skipped during the import.")
    counts = {"imported": 1, "skipped": 2}
    made = summary("failed", rows=rows(total=3, **counts), parts=[part(size=3, ended=ended, **counts)])
    first, told = next_steps(made, Outcome.FAILED)
    assert first.sentence == (
        "No action is needed: all users of the file are in the pool, and Cognito fails a job that skips too many of "
        "its users."
    )
    assert told.sentence.startswith("Tell your users")
    made["rows"]["skipped"] = made["rows"]["failed"] = 1
    assert "Fix those rows first." in next_steps(made, Outcome.FAILED)[0].sentence


@EXAMPLE
def test_everybody_learns_what_to_do_next(name: str) -> None:
    """There is a step after every ending, and its commands are commands."""
    made = EXAMPLES[name]()
    steps = next_steps(made, Outcome(made["outcome"]))
    assert steps
    page = Page(render(made))
    for step in steps:
        assert step.sentence in page.text
        assert not step.command or step.command.startswith("aws s3 cp ")
        assert bool(step.tool) == bool(step.command)
        assert step.tool in page.text


def test_what_is_left_is_fetched_fixed_and_dropped_again() -> None:
    """After a partial import the page gives both commands, with the folder from which the file came."""
    made = partly_imported()
    steps = [step for step in next_steps(made, Outcome.PARTLY_IMPORTED) if step.command]
    assert [step.command for step in steps] == [
        f"aws s3 cp {RESULTS}retry.csv .", "aws s3 cp retry.csv s3://acme-drops/inbox/people/",
    ]  # fmt: skip
    assert [step.tool for step in steps] == [
        f"cognito-drop results {made['run_id']} --download .", f"cognito-drop retry {made['run_id']} --file retry.csv",
    ]  # fmt: skip


def test_a_checked_file_is_dropped_into_the_inbox() -> None:
    """After a dry run the command for the import leads to the inbox of the same pool, not to the check again."""
    checked = EXAMPLES["checked"]()
    steps = [step for step in next_steps(checked, Outcome.CHECKED) if step.command]
    assert [step.command for step in steps] == [
        f"aws s3 cp users.csv s3://acme-drops/{place}/people/" for place in ("check", "inbox")
    ]
    drop = "cognito-drop drop users.csv --pool people"
    assert [step.tool for step in steps] == [f"{drop} --dry-run", drop]
    checked["file"]["key"] = "check/people/auth0/users.csv"
    steps = [step for step in next_steps(checked, Outcome.CHECKED) if step.command]
    assert [step.tool for step in steps] == [f"{drop} --preset auth0 --dry-run", f"{drop} --preset auth0"]


def test_a_file_that_was_dropped_with_a_mapping_is_dropped_with_it_again() -> None:
    """A copy into the bucket would be read without it: users whom the mapping keeps out would be imported."""
    mapping: MappingVersionJson = {"sha256": "0" * 64, "version_id": "v1"}
    checked, partly = EXAMPLES["checked"](), partly_imported()
    checked["mapping"] = partly["mapping"] = mapping
    drop = "cognito-drop drop users.csv --pool people --mapping MAPPING"
    assert [step.command for step in next_steps(checked, Outcome.CHECKED) if step.command] == [
        f"{drop} --dry-run", drop,
    ]  # fmt: skip
    assert next_steps(partly, Outcome.PARTLY_IMPORTED)[2].command == (
        f"cognito-drop retry {partly['run_id']} --file retry.csv"
    )
    refused = EXAMPLES["rejected"]()
    refused["problem"] = mapping_unusable("It does not exist.").to_json()
    assert next_steps(refused, Outcome.REJECTED)[-1].command.endswith(" --mapping MAPPING")


def test_of_a_file_that_was_not_opened_it_is_not_known_whether_it_had_a_mapping() -> None:
    """Its pool was missing, for example: the report names the mapping as one that it may need."""
    refused = EXAMPLES["rejected"]()
    assert next_steps(refused, Outcome.REJECTED)[-1].sentence == "Then drop the file again."
    refused["file"]["bytes"] = None
    again = "Then drop the file again, with its mapping if you dropped it with one."
    assert next_steps(refused, Outcome.REJECTED)[-1].sentence == again


def test_nothing_is_to_be_dropped_again_when_nothing_is_left() -> None:
    """Rows that were skipped are no reason to drop anything, though there may be an empty retry.csv."""
    for imported in (0, 7):
        made = summary("partly_imported", rows=rows(total=imported + 3, imported=imported, skipped=3))
        steps = next_steps(made, Outcome.PARTLY_IMPORTED)
        assert steps
        assert not [step for step in steps if step.command]


def test_an_unusable_file_shows_its_problem_and_its_hint() -> None:
    """The sentence stands at the top, the hint is the first step, and there are no empty sections."""
    page = Page(render(EXAMPLES["rejected"]()))
    assert "The file is compressed with gzip." in page.text
    assert page.text.index("What to do next") < page.text.index("Unpack it (gunzip users.csv.gz)")
    for absent in ("Reasons", "Import jobs", "Reading the file", "Rows of the file"):
        assert absent not in page.text


def test_everything_that_is_known_is_said() -> None:
    """Reasons, hints, lines, settings, normalizations, columns, jobs, times and files of a messy file are all there."""
    made: Json = partly_imported()
    text = Page(render(made)).text
    shown = [made["run_id"], made["file"]["key"], made["file"]["version_id"], made["pool"]["alias"], made["pool"]["id"]]
    for reason in made["reasons"]:
        shown += [reason["message"], reason["hint"], reason["code"], reason["setting"] or "", counted(reason["count"])]
        shown += [", ".join(f"{line}" for line in reason["first_lines"])]
    shown += [one["message"] for one in made["normalized"]] + made["files"]
    shown += ["semicolon", "with byte order mark", "CRLF", "E-Mail → email", "zoneinfo", "notes", "3, ignored"]
    shown += ["import-9sHxosU7BP", "Succeeded", "8 min 7 s", "8 min 47 s", "12 s", "23 Nov 2026, 06:29 UTC"]
    assert [said for said in shown if said not in text] == []
    assert "and 31 more" in text


@pytest.mark.parametrize(("separator", "said"), [(",", "comma"), ("\t", "tab"), ("|", "vertical bar"), ("~", "~")])
def test_a_separator_is_named_or_shown(separator: str, said: str) -> None:
    """One that has no name is shown as it is."""
    text = Page(render(planted(partly_imported(), ["dialect", "separator"], separator))).text
    assert f" · separated by {said} · " in text


def test_the_table_of_the_counts_has_a_caption() -> None:
    """A screen reader says what the table is before it reads the figures."""
    captions = re.findall(r"<table[^>]*>(?:<caption[^>]*>([^<]*))?", render(partly_imported()))
    assert captions == ["Rows of the file by outcome"]


def test_an_account_that_is_short_says_so() -> None:
    """Rows that no one can account for are a row of the table, and the reader is warned."""
    text = Page(render(EXAMPLES["failed"]())).text
    assert re.search(r"unaccounted [^0-9]*4", text)
    assert "The log of the import job has fewer rows than the job counts." in text
    assert "The outcome of 4 rows is unknown: unknown.csv lists them" in text


@given(where=st.integers(min_value=0), value=st.text(min_size=1))
def test_no_text_can_act(where: int, value: str) -> None:
    """Whatever any text of the summary is, the page has the elements that it always has, and no odd character."""
    data = partly_imported()
    paths = [path for path in texts(data) if path not in (["outcome"], ["schema_version"])]
    path = paths[where % len(paths)]
    page = render(planted(data, path, f"<blink {value}"))
    assert "<blink" not in page
    assert not TURNING.search(page)
    page.encode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page)
    assert Page(page).tags <= Page(render(data)).tags | {"time"}


def test_hostile_names_stay_text() -> None:
    """Markup, direction marks, control characters and lone surrogates in every place are shown, never obeyed."""
    page = render(hostile())
    assert "<script" not in page.replace("&lt;script", "")
    assert not TURNING.search(page)
    assert "\N{REPLACEMENT CHARACTER}" in page
    page.encode()
    assert Page(page).tags <= Page(render(partly_imported())).tags | {"time"}


@functools.cache
def _nullable() -> list[list[Any]]:
    """Paths of the members that may be null by the schema."""
    made: Json = partly_imported()
    members: list[list[Any]] = [[name] for name in made if name != "outcome"]
    members += [[name, inner] for name, member in made.items() if isinstance(member, dict) for inner in member]
    members += [["parts", 0, inner] for inner in made["parts"][0]] + [
        ["reasons", 0, inner] for inner in made["reasons"][0]
    ]
    return [path for path in members if SUMMARY.is_valid(planted(made, path, None))]


@given(st.data())
def test_what_is_unknown_is_left_out(data: st.DataObject) -> None:
    """Null instead of members that may be null, at any depth, still gives a page."""
    made: Json = partly_imported()
    nullable = _nullable()
    assert ["dialect"] in nullable
    assert ["parts", 0, "job"] in nullable
    for path in data.draw(st.lists(st.sampled_from(nullable), unique_by=str)):
        if len(path) == 1 or made[path[0]] is not None:
            made = planted(made, path, None)
    page = Page(render(made))
    assert "None" not in page.text
    assert "What to do next" in page.text


def test_an_unknown_outcome_is_refused() -> None:
    """A page that would have to guess how a run ended is not written."""
    with pytest.raises(ValueError, match="levitated"):
        render(summary("levitated"))


@pytest.mark.parametrize(
    "word", ["a b", "it's", "\u202ecsv.exe", "line\nbreak", "\\'\u200f", "ümlaut", "\U000e0001", "$HOME"]
)
def test_a_pasted_command_means_the_name_that_it_shows(word: str) -> None:
    """The shell reads the quoted word as the name itself, and nothing in it is invisible."""
    quoted = shell_word(word)
    assert quoted.isprintable()
    read = subprocess.run(
        ["bash", "-c", f"printf %s {quoted}"], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
    )
    assert read.stdout.decode() == word


def test_noted_ids_have_a_section_where_the_pool_asks_for_them() -> None:
    """With their counts."""
    ids = {"complete": False, "recorded": 1_200, "missing": 2, "cause": None}
    text = Page(render(summary("imported", rows=rows(total=1_202, imported=1_202), ids=ids))).text
    assert "ids.csv has the new IDs of 1,200 users; 2 imported users were not found in the pool." in text
    assert "New IDs" not in Page(render(summary("imported", rows=rows(total=1, imported=1)))).text


def test_groups_have_a_section_where_the_file_names_some() -> None:
    """With the counts that are not 0."""
    counts = {
        "total": 1_200,
        "added": 1_150,
        "left_out": 0,
        "failed": 50,
        "unprocessed": 0,
        "seconds": 120,
        "active_users": None,
    }
    text = Page(render(summary("imported", rows=rows(total=900, imported=900), memberships=counts))).text
    assert "Groups" in text
    for said in ("1,200", "1,150", "50", "about 2 min"):
        assert said in text
    assert "Left out because" not in text
    assert "Memberships" not in Page(render(summary("imported", rows=rows(total=1, imported=1)))).text
