"""The properties on many more files and pools than each run of the tests has time for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property import test_against_cognito, test_export_round_trip, test_presets, test_two_ways

PROPERTIES = [
    pytest.param(value, id=name)
    for module in (test_against_cognito, test_presets, test_two_ways, test_export_round_trip)
    for name, value in vars(module).items()
    if name.startswith("test_")
]


@pytest.mark.nightly
@pytest.mark.parametrize("prove", PROPERTIES)
def test_property_holds_for_many_more_examples(prove: Any) -> None:  # noqa: ANN401  (it has Hypothesis's attributes)
    """Other examples than those of `make test`: `--hypothesis-seed` chooses them."""
    at_length = settings(test_against_cognito.SETTINGS, max_examples=400, derandomize=False)
    at_length(given(st.data())(prove.hypothesis.inner_test))()
