"""Fixtures of the property tests: small things made small, so that thousands of files take seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest import mock

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """The table of users starts small and has to grow; no pool here signs tokens, so none needs a key.

    Not for the session: pools of tests that the process runs afterwards do sign tokens.
    """
    with (
        mock.patch("cognito_drop.core.rows.duplicates._SMALLEST", 4),
        mock.patch("moto.cognitoidp.models.jwk.RSAKey.import_key"),
    ):
        yield
