"""Whatever an export looks like: who is shut out stays out, no record is split, and nothing is lost in silence."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cognito_drop.core.presets import preflight_file, preset_of
from cognito_drop.core.presets.registry import PRESETS
from cognito_drop.core.rows import Options, PoolRules, RejectionCode
from tests.property.export_formats import FORMATS, Format
from tests.property.test_against_cognito import SETTINGS
from tests.unit.rows.files import HEADER, Kept, Outcome, cut, user_pool

if TYPE_CHECKING:
    from collections.abc import Callable

DAILY = settings(SETTINGS, max_examples=6, phases=[Phase.generate])
NIGHTLY = settings(SETTINGS, max_examples=300, derandomize=False)
RULES = PoolRules.of(user_pool(), HEADER)
AROUND = st.sampled_from(["", " ", "\t", "\u00a0", "\u200b", "\ufeff", "  "])
NAMES = st.text(st.sampled_from("aB \u00a0\u200b\u202e,;|'é"), max_size=8).map("U {}".format)
USER = re.compile(r"u(\d+)x")


def drawn_word(data: st.DataObject, words: Any) -> Any:  # noqa: ANN401  (any JSON)
    """One of the words, texts in another case and with invisible characters around them."""
    word = data.draw(st.sampled_from(words))
    if not isinstance(word, str) or not word:
        return word
    cased = data.draw(st.sampled_from([word, word.lower(), word.upper()]))
    return f"{data.draw(AROUND)}{cased}{data.draw(AROUND)}"


def drawn_users(data: st.DataObject, form: Format) -> tuple[list[dict[str, Any]], set[int], set[int]]:
    """Records, the numbers of the users who are shut out, and of the others."""
    is_out = data.draw(st.lists(st.booleans(), min_size=1, max_size=6))
    records = [
        form.record(number, drawn_word(data, form.out if out else form.let_in), data.draw(NAMES))
        for number, out in enumerate(is_out)
    ]
    shut_out = {number for number, out in enumerate(is_out) if out}
    return records, shut_out, set(range(len(is_out))) - shut_out


def check(form: Format, content: str, chunk: int = 1 << 16) -> Outcome:
    """The preflight of the file."""
    sink = Kept()
    chunks = cut(content.encode(), chunk)
    return Outcome(preflight_file(chunks, preset_of(form.preset), RULES, Options(max_part_rows=2), sink), sink)


def accepted(outcome: Outcome) -> set[int]:
    """The numbers of the users who are imported."""
    found = (USER.search(user["email"]) for user in outcome.users)
    return {int(match[1]) for match in found if match}


def places(outcome: Outcome) -> list[int]:
    """The places of all records, accepted and rejected."""
    parts = (range(first, first + count) for part in outcome.report.parts for _, first, count in part.segments)
    return sorted(chain(chain.from_iterable(parts), {row.line for row in outcome.sink.rejections}))


def stays_out(form: Format, data: st.DataObject) -> None:
    """Every user who is let in is imported, every other one is rejected, and each is one record."""
    records, shut_out, let_in = drawn_users(data, form)
    outcome = check(form, form.write(records), data.draw(st.sampled_from([1, 7, 1 << 16])))
    assert outcome.report.problem is None
    assert accepted(outcome) == let_in
    assert {row.code for row in outcome.sink.rejections} <= {
        RejectionCode.USER_DISABLED, RejectionCode.USER_STATUS_UNKNOWN,
    }  # fmt: skip
    first = 1 + (form.is_csv and form.has_header)
    assert places(outcome) == list(range(first, first + len(records)))
    assert outcome.report.rejected == len(shut_out)


def is_counted(form: Format, data: st.DataObject) -> None:
    """A member that no one knows is counted under a name, for each user who is imported."""
    records, _, let_in = drawn_users(data, form)
    name = data.draw(st.from_regex(r"[a-z]{3,8}zq", fullmatch=True))
    value = data.draw(st.sampled_from(["x", "0", "[1]", '{"a": 1}']))
    for record in records:
        record[name] = value
    if form.is_csv and not form.has_header:  # its columns are fixed, and one more is said nowhere
        return
    report = check(form, form.write(records)).report
    assert report.preset is not None
    assert not PRESETS[form.preset].knows(name)
    assert report.preset.notes.get("other_data", 0) == len(let_in)
    assert not form.is_csv or name in report.columns.left_out


def is_whole(form: Format, data: st.DataObject) -> None:
    """A record that is spread over lines, or has another width, lets no one in who is shut out, nor half of one."""
    if not form.is_csv:
        return
    records, shut_out, let_in = drawn_users(data, form)
    lines = form.write(records).splitlines()
    first = int(form.has_header)
    broken = data.draw(st.integers(0, len(records) - 1))
    line = lines[first + broken]
    at = data.draw(st.integers(1, len(line) - 1))
    sign = data.draw(st.sampled_from(["\n", ",", ",,", "\n,"]))
    lines[first + broken] = f"{line[:at]}{sign}{line[at:]}"
    outcome = check(form, "\n".join(lines) + "\n")
    # Both a line break and a separator too many: a half that is as wide as the file may look like a user.
    halves = lines[first + broken].split("\n")
    looks_whole = sign == "\n," and any(half.count(",") == line.count(",") for half in halves)
    if outcome.report.problem is None and not looks_whole:
        assert not accepted(outcome) & shut_out
        # A line of one field may belong to the record before it too; what comes later may be part of the broken one.
        assert {number for number in let_in if number < broken - 1} <= accepted(outcome)
        assert all(USER.search(user["email"]) for user in outcome.users)


PROPERTIES: list[Callable[[Format, st.DataObject], None]] = [stays_out, is_counted, is_whole]


@pytest.mark.parametrize(
    ("name", "examples"),
    [
        *(pytest.param(name, DAILY, id=name) for name in FORMATS),
        *(pytest.param(name, NIGHTLY, id=f"{name}, at length", marks=pytest.mark.nightly) for name in FORMATS),
    ],
)
def test_no_one_who_is_shut_out_gets_in(name: str, examples: settings) -> None:
    """For every format of every preset; the longer runs have other examples than those of `make test`."""

    @examples
    @given(data=st.data())
    def hold(data: st.DataObject) -> None:
        for holds in PROPERTIES:
            holds(FORMATS[name], data)

    hold()


def test_every_preset_has_a_format() -> None:
    """A new one is not forgotten here."""
    assert {form.preset for form in FORMATS.values()} == set(PRESETS)
