"""The stack's configuration from CDK context."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.cdk.settings import TargetPool
from cognito_drop.contract.environment import LockScope
from cognito_drop.contract.metric_names import Monitoring
from cognito_drop.core.pools.open_to_files import open_to_files
from cognito_drop.core.pools.pool_settings import PoolSettingError, PoolSettings
from cognito_drop.core.rows import HashPolicy
from stacks.config import Config, ConfigError, PoolsMissingError

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
    assert _config() == Config(pools={"default": TargetPool(STAFF)})


def test_several_pools_have_aliases() -> None:
    """As text for `-c`, as an object in cdk.json."""
    ids = {"staff": STAFF, "guests": GUESTS}
    expected = {alias: TargetPool(pool_id) for alias, pool_id in ids.items()}
    assert _config(pools=f"staff={STAFF}, guests = {GUESTS}").pools == expected
    assert _config(pools=ids).pools == expected
    assert _config(pools=f" {json.dumps(ids)}").pools == expected


FULL: dict[str, Any] = {
    "id": STAFF, "rejected_rows": "5%", "known_users": "refuse", "unknown_columns": "leave_out", "part_rows": 1000,
    "password_hashes": ["BCRYPT"], "preset": "auth0", "pbkdf2_form": "any", "repeated_aliases": "send",
    "bad_optional_values": "leave_out", "phone_region": "DE",
}  # fmt: skip


@pytest.mark.parametrize("as_text", [False, True])
def test_a_pool_may_have_settings(*, as_text: bool) -> None:
    """As an object in cdk.json, as JSON text for `-c`; beside pools that have none."""
    pools = {"staff": FULL, "guests": {"id": GUESTS}, "others": GUESTS}
    assert _config(pools=json.dumps(pools) if as_text else pools).pools == {
        "staff": TargetPool(STAFF, **{name: value for name, value in FULL.items() if name != "id"}),
        "guests": TargetPool(GUESTS),
        "others": TargetPool(GUESTS),
    }


def test_the_functions_understand_every_setting() -> None:
    """What the stack writes into the environment is what the functions read."""
    (configured,) = _config(pools={"staff": FULL}).pools.values()
    assert PoolSettings.from_json(json.loads(json.dumps(configured.to_json()))) == PoolSettings(
        STAFF, **{name: value for name, value in FULL.items() if name != "id"}
    )


def test_the_former_setting_of_hashes_names_the_new_one() -> None:
    """A list takes its place."""
    with pytest.raises(
        ConfigError, match=r'`pools` has password_hash_algorithm for staff.*"password_hashes": \["BCRYPT"'
    ):
        _config(pools={"staff": {"id": STAFF, "password_hash_algorithm": "BCRYPT"}})


@pytest.mark.parametrize("old", ["existing", "create", "ignore"])
def test_an_old_value_of_groups_names_the_new_form(old: str) -> None:
    """Groups that files may use are named now."""
    with pytest.raises(ConfigError, match=rf'groups = \'{old}\' for staff.*"allow": \["staff", "team-\*"\].*replaced'):
        _config(pools={"staff": {"id": STAFF, "groups": old}})


@pytest.mark.parametrize(
    "groups",
    [{}, {"allow": []}, {"allow": "staff"}, {"allow": ["two words"]}, {"allow": ["a|b"]}, {"allow": [""]},
     {"allow": [7]}, {"allow": ["staff"], "create": "yes"}, {"allow": ["staff"], "deny": []}, ["staff"], True],
)  # fmt: skip
def test_groups_that_name_none_are_a_sentence(groups: Any) -> None:  # noqa: ANN401  (any JSON)
    """Nothing is allowed by a mistake."""
    with pytest.raises(ConfigError, match="`pools` has groups = "):
        _config(pools={"staff": {"id": STAFF, "groups": groups}})


@pytest.mark.parametrize(
    "attributes", [{}, {"allow": []}, {"allow": ["role"]}, {"allow": ["email"]}, {"allow": ["custom:a"], "b": 1}, "x"]
)
def test_attributes_that_are_not_the_pools_own_are_a_sentence(attributes: Any) -> None:  # noqa: ANN401  (any JSON)
    """Only custom attributes need to be allowed, by their whole names."""
    with pytest.raises(ConfigError, match="`pools` has attributes = "):
        _config(pools={"staff": {"id": STAFF, "attributes": attributes}})


@pytest.mark.parametrize("presets", ["auth0", ["ldap"], [{"columns": {}}]])
def test_presets_that_a_folder_cannot_choose_are_a_sentence(presets: Any) -> None:  # noqa: ANN401  (any JSON)
    """A list of names."""
    with pytest.raises(ConfigError, match="`pools` has presets = "):
        _config(pools={"staff": {"id": STAFF, "presets": presets}})


def test_a_mapping_sets_only_attributes_that_are_allowed() -> None:
    """Both are the deployment's own: one of them is a mistake."""
    mapping = {"columns": {"custom:role": "role"}}
    with pytest.raises(ConfigError, match=r"sets custom:role: files may set it only if"):
        _config(pools={"staff": {"id": STAFF, "preset": mapping}})
    _config(pools={"staff": {"id": STAFF, "preset": mapping, "attributes": {"allow": ["custom:role"]}}})


def test_what_is_open_is_said_in_sentences() -> None:
    """Nothing by default; all of it for synth and doctor."""
    assert open_to_files(TargetPool(STAFF)) == []
    opened = TargetPool(
        STAFF, groups={"allow": ["staff", "team-*"], "create": True}, attributes={"allow": ["custom:role"]},
        password_hashes=["BCRYPT"], presets=["auth0"],
    )  # fmt: skip
    assert open_to_files(opened) == [
        "Files may put users into the groups staff, team-*, and create missing ones.",
        "Files may set custom:role.",
        "Files may set passwords, as BCRYPT hashes.",
        "Files may choose a preset by their folder: auth0.",
    ]


@pytest.mark.parametrize("given", [[], ["SCRYPT"], ("PBKDF2_SHA256",), ["BCRYPT", "SCRYPT", "ARGON2ID"], None])
def test_a_pool_names_algorithms_or_none(given: Any) -> None:  # noqa: ANN401  (what a list may be)
    """An empty list leaves hashes out, no list refuses them."""
    (configured,) = _config(pools={"staff": {"id": STAFF, "password_hashes": given}}).pools.values()
    read = PoolSettings.from_json(json.loads(json.dumps(configured.to_json())))
    assert read.hashes == HashPolicy.of(given)


def test_an_unknown_algorithm_is_a_sentence_at_synth_and_in_the_reader() -> None:
    """With those that Cognito has."""
    wrong = {"id": STAFF, "password_hashes": ["BCRYPT", "MD5"]}
    words = r'a list of ARGON2ID, BCRYPT, PBKDF2_SHA256, SCRYPT, such as \["BCRYPT"\]'
    with pytest.raises(ConfigError, match=words):
        _config(pools={"staff": wrong})
    with pytest.raises(PoolSettingError, match=words):
        PoolSettings.from_json({**TargetPool(STAFF).to_json(), **wrong})


anything = (
    st.sampled_from(["import", "7%", "warn", "refuse", "SCRYPT", GUESTS, 1])
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.lists(st.integers())
)


def test_a_setting_that_is_null_is_not_chosen() -> None:
    """As if it were not there."""
    pools = {"staff": {"id": STAFF, **dict.fromkeys(sorted(FULL.keys() - {"id"}))}}
    assert _config(pools=pools).pools == {"staff": TargetPool(STAFF)}


@given(st.sampled_from(sorted(FULL)), anything)
def test_whatever_is_configured_is_refused_or_understood(name: str, value: object) -> None:
    """No setting passes the configuration that the functions cannot read when the first file is dropped."""
    configured: list[TargetPool] = []
    with suppress(ConfigError):
        configured += _config(pools={"staff": {**FULL, name: value}}).pools.values()
    for pool in configured:
        assert PoolSettings.from_json(json.loads(json.dumps(pool.to_json()))).pool_id == pool.id


@pytest.mark.parametrize("pool", ["us-gov-west-1_AbC", "ap-southeast-2_0", "cn-north-1_xYz9"])
def test_pool_ids_of_every_partition_are_taken(pool: str) -> None:
    """A region, an underscore, letters and digits."""
    assert _config(pools=pool).pools == {"default": TargetPool(pool)}


def test_emails_are_a_list_or_a_text() -> None:
    """Blanks do not matter, nor does an address that comes twice."""
    expected = ("a@example.com", "b@example.com")
    assert _config(emails="a@example.com, b@example.com,a@example.com").emails == expected
    assert _config(emails=list(expected)).emails == expected
    assert _config(emails="").emails == ()


def test_numbers_come_as_text_or_numbers() -> None:
    """`-c` gives text, cdk.json may give numbers."""
    config = _config(
        shortest_wait="5", longest_wait=60, retention_days="3653",
        hash_retention_days="3653", ledger_days=3700, lock_scope="pool",
        name_prefix="imports",
    )  # fmt: skip
    assert (config.shortest_wait, config.longest_wait) == (5, 60)
    assert (config.retention_days, config.hash_retention_days, config.ledger_days) == (3653, 3653, 3700)
    assert (config.lock_scope, config.name_prefix) == (LockScope.POOL, "imports")
    assert _config(monitoring="alarms").monitoring is Monitoring.ALARMS


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
        ("pools", "{}"),
        ("pools", {"Staff": STAFF}),
        ("pools", {"staff": None}),
        ("pools", {"staff": []}),
        ("pools", {"staff": {}}),
        ("pools", {"staff": {"id": "us-east-1"}}),
        ("pools", [STAFF]),
        ("pools", 7),
        ("emails", "unknown"),
        ("emails", "a@example.com;b@example.com"),
        ("emails", 7),
        ("emails", [7]),
        ("lock_scope", "region"),
        ("monitoring", "some"),
        ("monitoring", False),
        ("lock_scope", ["account"]),
        ("shortest_wait", "0"),
        ("shortest_wait", "ten"),
        ("shortest_wait", ""),
        ("shortest_wait", 1.5),
        ("shortest_wait", True),
        ("longest_wait", "3601"),
        ("longest_wait", "59"),
        ("longest_wait", "-1"),
        ("longest_wait", "٣"),
        ("retention_days", "0"),
        ("retention_days", "3654"),
        ("hash_retention_days", 0),
        ("hash_retention_days", 3654),
        ("ledger_days", "0"),
        ("ledger_days", "3701"),
        ("ledger_days", "for ever"),
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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rejected_rows", "ignore"),
        ("rejected_rows", "5"),
        ("rejected_rows", "100%"),
        ("rejected_rows", "-1%"),
        ("rejected_rows", 0.05),
        ("rejected_rows", "import "),
        ("known_users", "import"),
        ("known_users", True),
        ("unknown_columns", "leave-out"),
        ("unknown_columns", ["email"]),
        ("password_hashes", "BCRYPT"),
        ("password_hashes", ["bcrypt"]),
        ("password_hashes", ["MD5"]),
        ("password_hashes", [1]),
        ("password_hashes", {"BCRYPT": 1}),
        ("pbkdf2_form", "hex"),
        ("repeated_aliases", "move"),
        ("bad_optional_values", "drop"),
        ("phone_region", "de"),
        ("phone_region", "UK"),
        ("phone_region", "Germany"),
        ("phone_region", ["DE"]),
        ("part_rows", 0),
        ("part_rows", 500_001),
        ("part_rows", "1000"),
        ("part_rows", True),
        ("part_rows", 1.5),
        ("rejected", "5%"),
    ],
)
@pytest.mark.parametrize("as_text", [False, True])
def test_a_wrong_setting_of_a_pool_gives_one_sentence_that_names_it(name: str, value: object, *, as_text: bool) -> None:
    """The key, the setting and the pool, whether it came as JSON text or as an object."""
    pools = {"staff": {"id": STAFF, name: value}}
    with pytest.raises(ConfigError, match=rf"^The context key `pools` has '?{name}'? [^\n]*for staff[^\n]+[.?]$"):
        _config(pools=json.dumps(pools) if as_text else pools)


def test_json_text_that_is_none_gives_one_sentence() -> None:
    """With what is wrong with it."""
    with pytest.raises(ConfigError, match=r"^The context key `pools` is not valid JSON: [^\n]+\.$"):
        _config(pools='{"staff": ')


def test_a_missing_pool_gives_one_sentence_with_an_example() -> None:
    """The only key without a default."""
    with pytest.raises(PoolsMissingError, match=r"^The context key `pools` is missing: .*-c pools=\S+$") as raised:
        Config.from_context(Context())
    assert raised.value.name_prefix == "cognito-drop"


def test_what_else_is_given_is_read_without_pools_too() -> None:
    """The name is that of the stack; a wrong value is a mistake all the same."""
    with pytest.raises(PoolsMissingError) as raised:
        Config.from_context(Context(name_prefix="imports"))
    assert raised.value.name_prefix == "imports"
    with pytest.raises(ConfigError, match=r"^The context key `retention_days` is 'many': "):
        Config.from_context(Context(retention_days="many"))


def test_bounds_that_cross_name_both_keys() -> None:
    """The shortest wait is not longer than the longest."""
    with pytest.raises(ConfigError, match=r"`longest_wait` is 60: .* `shortest_wait`, which is 61"):
        _config(shortest_wait=61, longest_wait=60)


def test_the_ledger_outlives_the_drops_by_a_month() -> None:
    """A version that lies in the bucket and that the ledger has forgotten would be imported again."""
    assert _config(retention_days=370, ledger_days=400).ledger_days == 400
    assert _config(retention_days=1, ledger_days=31).ledger_days == 31
    with pytest.raises(ConfigError, match=r"`retention_days` is 371: above 370, set `ledger_days` to at least 30 more"):
        _config(retention_days=371)
    for retention, ledger in ((390, 401), (90, 119), (1, 30)):
        with pytest.raises(ConfigError, match=rf"`ledger_days` is {ledger}: .* `retention_days`, which is {retention}"):
            _config(retention_days=retention, ledger_days=ledger)
