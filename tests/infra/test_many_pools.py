"""A hundred pools: what is synthesized for them stays within what AWS takes, however long it is when deployed.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html,
https://docs.aws.amazon.com/general/latest/gr/ssm.html,
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html,
https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cdk import (  # before aws_cdk: it finds the Node that CDK starts
    CognitoDrop,
    ConfigError,
    ImportSettings,
    TargetPool,
)

import aws_cdk as cdk  # isort: skip
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from tests.infra.conftest import app_context, synthesized
from tests.infra.template import StackTemplate, as_list

if TYPE_CHECKING:
    from pathlib import Path

POOLS = 100
LONGEST_ID = "us-gov-east-1_" + "x" * 55
"""A token may stand for a pool id as long as Cognito's API takes them, in the longest region."""
WORST = {
    "AWS::Partition": "aws-us-gov",
    "AWS::Region": "ap-southeast-1",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": "s" * 128,
    "AWS::URLSuffix": "amazonaws.com.cn",
}
MAPPING = {"columns": {f"custom:attribute-{number}": f"profile.attribute_{number}" for number in range(20)}}
LARGEST: dict[str, Any] = {
    "rejected_rows": "12.5%", "known_users": "refuse", "unknown_columns": "leave_out", "preset": MAPPING,
    "look_up_users": True, "groups": {"allow": ["team-*"], "create": True},
    "attributes": {"allow": list(MAPPING["columns"])}, "groups_of_known_users": "add",
}  # fmt: skip


def _of_ids(length: int, **chosen: Any) -> dict[str, Any]:  # noqa: ANN401  (settings have many types)
    """The context with a hundred pools whose ids have so many characters behind the region."""
    ids = (f"us-east-1_{str(number).ljust(length, 'x')}" for number in range(POOLS))
    return {f"the-pool-of-customer-{number:03}": {"id": one, **chosen} for number, one in enumerate(ids)}


def _with_own_pools(folder: Path) -> StackTemplate:
    """A stack whose pools are its own: their ids are tokens. The checks would find the pools."""
    (folder / "code").mkdir()
    (folder / "code" / "empty.py").touch()
    context = {"@aws-cdk/core:suppressTemplateIndentation": True}
    app = cdk.App(context=app_context(**context), outdir=str(folder / "cdk.out"))
    stack = cdk.Stack(app, "cognito-drop")
    pools = {
        f"team-{number:03}": TargetPool(cognito.UserPool(stack, f"Pool{number}"), **LARGEST) for number in range(POOLS)
    }
    CognitoDrop(stack, "Import", ImportSettings(pools=pools), code=lambda_.Code.from_asset(str(folder / "code")))
    app.synth()
    body = json.loads((folder / "cdk.out" / "cognito-drop.template.json").read_text())
    return StackTemplate(folder / "cdk.out", body, {"pluginReports": []}, {})


@pytest.fixture(
    scope="module", params=[(9, {}), (55, LARGEST), None], ids=["usual ids", "longest ids", "pools of the same app"]
)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StackTemplate:
    """The stack for a hundred pools."""
    if request.param is None:
        return _with_own_pools(tmp_path_factory.mktemp("own"))
    length, chosen = request.param
    return synthesized(tmp_path_factory, {"pools": _of_ids(length, **chosen), "emails": "a@example.com"})


def _deployed(template: StackTemplate, value: Any) -> Any:  # noqa: ANN401, PLR0911  (JSON, case by case)
    """A value as it is deployed at its longest."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return separator.join(_deployed(template, part) for part in parts)
        case {"Ref": name} if name in WORST:
            return WORST[name]
        case {"Ref": name} if template.body["Resources"].get(name, {}).get("Type") == "AWS::Cognito::UserPool":
            return LONGEST_ID
        case {"Ref": _} | {"Fn::GetAtt": _}:
            return "x" * 200
        case dict():
            return {key: _deployed(template, part) for key, part in value.items()}
        case list():
            return [_deployed(template, part) for part in value]
        case _:
            return value


def _size(template: StackTemplate, document: Any) -> int:  # noqa: ANN401  (JSON)
    return len(json.dumps(_deployed(template, document), separators=(",", ":")))


def test_every_environment_has_4_kb(template: StackTemplate) -> None:
    """Names and values of all variables."""
    for function in template.all("AWS::Lambda::Function"):
        assert _size(template, function.properties["Environment"]["Variables"]) <= 4_096, function.logical_id


def test_the_inline_policies_of_every_role_have_10240_characters(template: StackTemplate) -> None:
    """Together."""
    for role in template.all("AWS::IAM::Role"):
        inline = [policy["PolicyDocument"] for policy in role.properties.get("Policies", [])]
        inline += [
            policy.properties["PolicyDocument"]
            for policy in template.all("AWS::IAM::Policy")
            if role.ref in policy.properties["Roles"]
        ]
        assert sum(_size(template, document) for document in inline) <= 10_240, role.logical_id


def test_managed_policies_have_6144_characters_and_a_role_has_ten(template: StackTemplate) -> None:
    """As many as a role has without asking AWS for more."""
    policies = template.all("AWS::IAM::ManagedPolicy")
    assert policies, "a hundred pools do not fit into inline policies"
    for policy in policies:
        assert _size(template, policy.properties["PolicyDocument"]) <= 6_144, policy.logical_id
    roles = Counter(role["Ref"] for policy in policies for role in policy.properties["Roles"])
    assert max(roles.values()) <= 10


def test_every_role_names_every_pool_that_it_works_with(template: StackTemplate) -> None:
    """However they are laid into policies: none is lost, none comes twice, and no pool is allowed by a pattern."""
    for folder in (
        "import_queue",
        "start_import",
        "check_import",
        "collect_part",
        "stop_import",
        "report_run",
        "sweep",
    ):
        statements = template.statements(template.function(folder).properties["Role"])
        allowed = [
            json.dumps(resource)
            for statement in statements
            for action in as_list(statement["Action"])
            if action in ("cognito-idp:DescribeUserImportJob", "cognito-idp:ListUserImportJobs")
            for resource in as_list(statement["Resource"])
        ]
        jobs = 2 if folder in ("import_queue", "start_import") else 1
        assert (len(allowed), len(set(allowed))) == (jobs * POOLS, POOLS), folder
        assert not [resource for resource in allowed if "*" in resource]


def test_every_pool_has_a_standard_parameter_of_4_kb(template: StackTemplate) -> None:
    """Which costs nothing; a larger one would."""
    parameters = template.all("AWS::SSM::Parameter")
    assert len(parameters) == POOLS
    for parameter in parameters:
        assert _size(template, parameter.properties["Value"]) <= 4_096 + 2
        assert parameter.properties.get("Tier", "Standard") == "Standard"
        assert len(_deployed(template, parameter.properties["Name"])) <= 1_011


def test_the_template_has_500_resources_and_a_megabyte(template: StackTemplate) -> None:
    """As it is uploaded."""
    assert len(template.body["Resources"]) <= 500
    assert template.file.stat().st_size <= 1_000_000


def test_an_output_has_a_kilobyte(template: StackTemplate) -> None:
    """What CloudFormation takes of an export, and documents for nothing else."""
    for name, output in template.body["Outputs"].items():
        assert _size(template, output["Value"]) <= 1_024, name


def test_the_policies_of_key_topic_queues_and_buckets_do_not_grow_with_the_pools(template: StackTemplate) -> None:
    """KMS takes 32 KB, SNS 30 KB, S3 20 KB, SQS 8 KB."""
    assert _size(template, template.key.properties["KeyPolicy"]) <= 32_768
    for kind, most in (
        ("AWS::SNS::TopicPolicy", 30_720),
        ("AWS::S3::BucketPolicy", 20_480),
        ("AWS::SQS::QueuePolicy", 8_192),
    ):
        for policy in template.all(kind):
            assert _size(template, policy.properties["PolicyDocument"]) <= most, policy.logical_id


def test_no_alarm_and_no_metric_belongs_to_a_pool(template: StackTemplate) -> None:
    """Both cost by the month."""
    assert len(template.all("AWS::CloudWatch::Alarm")) <= 10
    dashboard = json.dumps(template.one("AWS::CloudWatch::Dashboard").properties["DashboardBody"])
    assert "customer-" not in dashboard
    assert "team-0" not in dashboard


def test_the_template_checks_find_nothing(template: StackTemplate) -> None:
    """As with two pools: each pattern has its reason."""
    assert [violation for plugin in template.report["pluginReports"] for violation in plugin["violations"]] == []


def test_too_many_pools_are_a_sentence(tmp_path_factory: pytest.TempPathFactory) -> None:
    """IAM lets a role have ten managed policies."""
    pools = {f"p{number}": f"us-east-1_{str(number).ljust(55, 'x')}" for number in range(300)}
    with pytest.raises(ConfigError, match=r"^`pools` names 300 pools: the role collect_part would need \d+ managed "):
        synthesized(tmp_path_factory, {"pools": pools})


def test_a_text_in_double_braces_is_no_reference_to_another_parameter() -> None:
    """Systems Manager refuses a value that has one; what the functions read is the text all the same."""
    mapping = {"columns": {"name": {"constant": "{{name}} {{{of}}} {{{{all}}}}"}}}
    pool = ImportSettings(pools={"people": TargetPool("us-east-1_AbCdEf123", preset=mapping)}).pools["people"]
    value = pool.parameter_value(pool.id)
    assert "{{" not in value
    assert json.loads(value) == pool.to_json()
    assert "{{name}} {{{of}}} {{{{all}}}}" in json.dumps(pool.to_json())


@pytest.mark.parametrize(("length", "fits"), [(2_000, True), (4_000, False)])
def test_settings_that_are_too_long_for_a_parameter_are_a_sentence(length: int, fits: bool) -> None:
    """With the size, before anything is deployed; the id of a pool of the same app is taken at its longest."""
    mapping = {"columns": {"name": {"constant": "x" * length}}}
    if fits:
        assert (
            ImportSettings(pools={"people": TargetPool("us-east-1_AbCdEf123", preset=mapping)}).pools["people"].preset
        )
        return
    with pytest.raises(
        ConfigError, match=r"^`pools` has settings of 4,\d{3} bytes for people.*: the limit is 4,096 bytes\.$"
    ):
        ImportSettings(pools={"people": TargetPool("us-east-1_AbCdEf123", preset=mapping)})
