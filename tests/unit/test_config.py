"""The stack's configuration from CDK context."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.config import Config, ConfigError, TurnScope

STAFF, GUESTS = "us-east-1_AbCdEf123", "eu-central-1_GhIjKl456"


class Context:
    """A construct's node, as far as context goes."""

    def __init__(self, **values: object) -> None:
        self.values = values

    def try_get_context(self, key: str, /) -> Any:  # noqa: ANN401  (context is JSON)
        """The value of a key, None when there is none."""
        return self.values.get(key)


def _config(**values: object) -> Config:
    return Config.from_context(Context(**{"pools": STAFF, **values}))


def test_one_pool_id_is_enough() -> None:
    """Everything else has a default; the drops of the only pool may lie directly in the inbox."""
    assert _config() == Config(pools={"default": STAFF})


def test_several_pools_have_aliases() -> None:
    """As text for `-c`, as an object in cdk.json."""
    expected = {"staff": STAFF, "guests": GUESTS}
    assert _config(pools=f"staff={STAFF}, guests = {GUESTS}").pools == expected
    assert _config(pools=expected).pools == expected


@pytest.mark.parametrize("pool", ["us-gov-west-1_AbC", "ap-southeast-2_0", "cn-north-1_xYz9"])
def test_pool_ids_of_every_partition_are_taken(pool: str) -> None:
    """A region, an underscore, letters and digits."""
    assert _config(pools=pool).pools == {"default": pool}


def test_emails_are_a_list_or_a_text() -> None:
    """Blanks do not matter, nor does an address that comes twice."""
    expected = ("a@example.com", "b@example.com")
    assert _config(emails="a@example.com, b@example.com,a@example.com").emails == expected
    assert _config(emails=list(expected)).emails == expected
    assert _config(emails="").emails == ()


def test_numbers_come_as_text_or_numbers() -> None:
    """`-c` gives text, cdk.json may give numbers."""
    config = _config(shortest_wait="5", longest_wait=5, retention_days="3653", turn_scope="pool", name_prefix="imports")
    assert (config.shortest_wait, config.longest_wait, config.retention_days) == (5, 5, 3653)
    assert (config.turn_scope, config.name_prefix) == (TurnScope.POOL, "imports")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pools", ""),
        ("pools", "AbCdEf123"),
        ("pools", "us-east-1"),
        ("pools", f"Staff={STAFF}"),
        ("pools", f"={STAFF}"),
        ("pools", f"staff={STAFF},"),
        ("pools", f"a={STAFF},a={GUESTS}"),
        ("pools", "-".join(["a"] * 30) + f"={STAFF}"),
        ("pools", {}),
        ("pools", {"staff": 1}),
        ("pools", [STAFF]),
        ("pools", 7),
        ("emails", "nobody"),
        ("emails", "a@example.com;b@example.com"),
        ("emails", 7),
        ("emails", [7]),
        ("turn_scope", "region"),
        ("turn_scope", ["account"]),
        ("shortest_wait", "0"),
        ("shortest_wait", "ten"),
        ("shortest_wait", ""),
        ("shortest_wait", 1.5),
        ("shortest_wait", True),
        ("longest_wait", "3601"),
        ("longest_wait", "-1"),
        ("longest_wait", "٣"),
        ("retention_days", "0"),
        ("retention_days", "3654"),
        ("name_prefix", "1st"),
        ("name_prefix", "has space"),
        ("name_prefix", "x" * 41),
        ("name_prefix", 7),
    ],
)
def test_a_wrong_value_gives_one_sentence_that_names_the_key(key: str, value: object) -> None:
    """One line, no traceback's worth of text."""
    with pytest.raises(ConfigError, match=rf"^The context key `{key}` [^\n]+$"):
        _config(**{key: value})


def test_a_missing_pool_gives_one_sentence_with_an_example() -> None:
    """The only key without a default."""
    with pytest.raises(ConfigError, match=r"^The context key `pools` is missing: .*-c pools=\S+$"):
        Config.from_context(Context())


def test_bounds_that_cross_name_both_keys() -> None:
    """The shortest wait is not longer than the longest."""
    with pytest.raises(ConfigError, match=r"`longest_wait` is 5: .* `shortest_wait`, which is 10"):
        _config(longest_wait=5)
