"""The pool's own attributes: a file sets those that the deployment has named, and no others."""

from __future__ import annotations

from cognito_drop.core.rows import UnknownColumns
from cognito_drop.core.text.problem import ProblemCode
from tests.unit.presets.exports import check_export, example
from tests.unit.rows.files import ADA, HEADER, check, file_of, user_pool

TEAM = frozenset({"custom:team"})


def test_a_file_with_an_attribute_that_is_not_allowed_is_refused_by_name() -> None:
    """An application may take it for authority, as it takes a group."""
    problem = check(file_of(ADA, columns=HEADER), user_pool(), attributes=TEAM).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.ATTRIBUTES_NOT_ALLOWED
    assert "custom:level" in problem.sentence
    assert "custom:team" not in problem.sentence
    assert "that the pool does not have" not in problem.sentence


def test_the_attribute_is_found_under_its_other_names() -> None:
    """Without the prefix, and in another case."""
    text = file_of(ADA, columns=HEADER).replace("custom:level", "LEVEL")
    problem = check(text, user_pool(), attributes=TEAM).report.problem
    assert problem is not None
    assert problem.code is ProblemCode.ATTRIBUTES_NOT_ALLOWED


def test_where_unknown_columns_are_left_out_it_is_too() -> None:
    """The report names it, and no value of it is in a part; what is allowed is set."""
    ada = {**ADA, "custom:level": "199", "custom:team": "Moon"}
    found = check(file_of(ada, columns=HEADER), user_pool(), attributes=TEAM, unknown_columns=UnknownColumns.LEAVE_OUT)
    assert found.report.columns.left_out == ("custom:level", "custom:active", "custom:since")
    assert (found.users[0]["custom:team"], found.users[0].get("custom:level")) == ("Moon", None)


def test_an_export_leaves_what_is_not_allowed_behind() -> None:
    """It has no header that could be refused: the user is imported without it, and counted."""
    data = example("cognito.json").replace(b"custom:department", b"custom:team")
    taken, left = check_export(data, "cognito", attributes=TEAM), check_export(data, "cognito", attributes=frozenset())
    assert (taken.users[0]["custom:team"], left.users[0].get("custom:team")) == ("Research", None)
    assert taken.report.preset is not None
    assert left.report.preset is not None
    assert "attributes_not_allowed" not in taken.report.preset.notes
    assert left.report.preset.notes["attributes_not_allowed"] > 0
