"""What operations of other services need to be allowed."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.cloud import Cloud, use
from localcloud.iam.needs import passed_roles
from localcloud.iam.operations import Operation
from localcloud.iam.policies import Question, Verdict, verdict
from localcloud.settings import Settings
from tests.localcloud.command import REGION, Command
from tests.localcloud.roles import ACCOUNT, Role, allow, cloud, denial, deny, document

__all__ = ["cloud"]

COGNITO = "cognito-idp.amazonaws.com"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
KEY = {"AttributeName": "pk", "KeyType": "HASH"}


@pytest.fixture(scope="module", autouse=True)
def _tables(cloud: Command) -> None:
    """Two tables with an index."""
    for table in ("one", "two"):
        cloud.client("dynamodb").create_table(
            TableName=table,
            KeySchema=[KEY],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[{"IndexName": "all", "KeySchema": [KEY], "Projection": {"ProjectionType": "ALL"}}],
        )


def test_each_item_of_a_transaction_counts(cloud: Command) -> None:
    """A transaction needs the action of each of its items on that item's table."""
    item, key = {"pk": {"S": "a"}}, {"pk": {"S": "b"}}
    items: list[dict[str, Any]] = [
        {"Put": {"TableName": "one", "Item": item}},
        {
            "Update": {
                "TableName": "one",
                "Key": key,
                "UpdateExpression": "SET a = :a",
                "ExpressionAttributeValues": {":a": {"S": "x"}},
            }
        },
        {"Delete": {"TableName": "two", "Key": key}},
        {"ConditionCheck": {"TableName": "two", "Key": item, "ConditionExpression": "attribute_not_exists(pk)"}},
    ]
    grants = [
        ("dynamodb:PutItem", "one"),
        ("dynamodb:UpdateItem", "one"),
        ("dynamodb:DeleteItem", "two"),
        ("dynamodb:ConditionCheckItem", "two"),
    ]
    role = Role.make(cloud)
    dynamodb = role.client("dynamodb")
    for number, (action, table) in enumerate(grants):
        granted = [allow(other, f"{TABLE}/{place}") for other, place in grants[:number]]
        role.may(*granted, deny("sqs:*"))
        message = denial(lambda: dynamodb.transact_write_items(TransactItems=items)).message
        assert message == role.denial_of(action, f"{TABLE}/{table}")
    role.may(*(allow(action, f"{TABLE}/{table}") for action, table in grants))
    dynamodb.transact_write_items(TransactItems=items)
    assert cloud.client("dynamodb").get_item(TableName="one", Key=item)["Item"] == item


def test_an_index_is_a_resource_of_its_own(cloud: Command) -> None:
    """A query of an index needs the index; the table is not enough."""
    role = Role.make(cloud, allow("dynamodb:Query", f"{TABLE}/one"))
    query = {
        "TableName": "one",
        "KeyConditionExpression": "pk = :a",
        "ExpressionAttributeValues": {":a": {"S": "x"}},
    }
    dynamodb = role.client("dynamodb")
    assert dynamodb.query(**query)["Count"] == 0
    message = denial(lambda: dynamodb.query(**query, IndexName="all")).message
    assert message == role.denial_of("dynamodb:Query", f"{TABLE}/one/index/all")


def test_a_batch_names_its_tables(cloud: Command) -> None:
    """BatchGetItem needs its action on each of its tables."""
    keys = {"Keys": [{"pk": {"S": "a"}}]}
    role = Role.make(cloud, allow("dynamodb:BatchGetItem", f"{TABLE}/one"))
    dynamodb = role.client("dynamodb")
    assert "one" in dynamodb.batch_get_item(RequestItems={"one": keys})["Responses"]
    message = denial(lambda: dynamodb.batch_get_item(RequestItems={"one": keys, "two": keys})).message
    assert message == role.denial_of("dynamodb:BatchGetItem", f"{TABLE}/two")


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "need"),
    [
        ("events", "put_events", {"Entries": [{"Source": "s"}]}, ("events:PutEvents", "event-bus/default")),
        ("events", "put_rule", {"Name": "r", "EventBusName": "x"}, ("events:PutRule", "rule/x/r")),
        (
            "logs",
            "get_log_events",
            {"logGroupName": "/g", "logStreamName": "s"},
            ("logs:GetLogEvents", "log-group:/g:log-stream:s"),
        ),
        ("logs", "create_log_group", {"logGroupName": "/g"}, ("logs:CreateLogGroup", "log-group:/g:log-stream:")),
        ("logs", "describe_log_groups", {}, ("logs:DescribeLogGroups", "log-group::log-stream:")),
        ("ssm", "get_parameter", {"Name": "/a/b"}, ("ssm:GetParameter", "parameter/a/b")),
        ("cloudformation", "describe_stacks", {"StackName": "s"}, ("cloudformation:DescribeStacks", "stack/s/*")),
        ("cloudwatch", "put_metric_data", {"Namespace": "n", "MetricData": []}, ("cloudwatch:PutMetricData", "")),
        ("xray", "put_trace_segments", {"TraceSegmentDocuments": ["{}"]}, ("xray:PutTraceSegments", "")),
        ("stepfunctions", "list_state_machines", {}, ("states:ListStateMachines", "")),
    ],
)
def test_other_services_name_their_resources(
    cloud: Command, service: str, operation: str, parameters: dict[str, Any], need: tuple[str, str]
) -> None:
    """What is asked for is told in the denial: the action by its prefix in IAM, and the resource's ARN."""
    role, (action, end) = Role.make(cloud), need
    arn = f"arn:aws:{action.partition(':')[0]}:{REGION}:{ACCOUNT}:{end}" if end else "*"
    assert denial(lambda: getattr(role.client(service), operation)(**parameters)).message == role.denial_of(action, arn)


def test_log_groups_are_listed_by_who_may_list_all(cloud: Command) -> None:
    """AWS authorizes it on no group, whatever prefix is asked for: a statement that names a group never matches."""
    prefix = "/aws/cognito/userpools/us-east-1_AbCdEf123/"
    groups = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:"
    for resource in (f"{groups}/aws/cognito/*", f"{groups}{prefix}*", f"{groups}{prefix}people:*"):
        client = Role.make(cloud, allow("logs:DescribeLogGroups", resource)).client("logs")
        shown = denial(lambda: client.describe_log_groups(logGroupNamePrefix=prefix))  # noqa: B023  (called at once)
        assert f"{groups}:log-stream:" in shown.message
    client = Role.make(cloud, allow("logs:DescribeLogGroups", "*")).client("logs")
    assert client.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"] == []


def test_who_hands_over_a_role_must_be_allowed_to(cloud: Command) -> None:
    """CreateUserImportJob needs iam:PassRole on the logs role; its request names no service that it is passed to."""
    cognito = cloud.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="p", AutoVerifiedAttributes=["email"])["UserPool"]
    logs = Role.make(cloud, service="cognito-idp.amazonaws.com")
    job = {"UserPoolId": pool["Id"], "JobName": "j", "CloudWatchLogsRoleArn": logs.arn}
    create = allow("cognito-idp:CreateUserImportJob", pool["Arn"])
    role = Role.make(cloud, create)
    client = role.client("cognito-idp")
    assert denial(lambda: client.create_user_import_job(**job)).message == role.denial_of("iam:PassRole", logs.arn)
    role.may(create, _passing(logs.arn, "StringEquals"))
    assert denial(lambda: client.create_user_import_job(**job)).message == role.denial_of("iam:PassRole", logs.arn)
    role.may(create, _passing(logs.arn, "StringEqualsIfExists"))
    assert client.create_user_import_job(**job)["UserImportJob"]["Status"] == "Created"


@pytest.mark.parametrize("is_named", [True, False])
@pytest.mark.parametrize(
    ("operator", "service", "with_key", "without_key"),
    [
        ("StringEquals", COGNITO, Verdict.ALLOWED, Verdict.NOT_ALLOWED),
        ("StringEqualsIfExists", COGNITO, Verdict.ALLOWED, Verdict.ALLOWED),
        ("StringEqualsIfExists", "lambda.amazonaws.com", Verdict.NOT_ALLOWED, Verdict.ALLOWED),
    ],
)
def test_whether_the_service_is_named_is_a_setting(
    is_named: bool, operator: str, service: str, with_key: Verdict, without_key: Verdict
) -> None:
    """A condition on the service grants nothing where the request does not have the key, unless it says IfExists."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/logs"
    operation = Operation("cognito-idp", "CreateUserImportJob", {"CloudWatchLogsRoleArn": arn}, REGION, ACCOUNT)
    before = use(Cloud(Settings(import_passed_to_service=is_named)))
    try:
        (need,) = passed_roles.needs(operation)
    finally:
        use(before)
    question = Question(need.action, need.resource, need.context)
    assert verdict([_passing(arn, operator, service)], question) is (with_key if is_named else without_key)


THROUGH_COGNITO = {"kms:ViaService": f"cognito-idp.{REGION}.amazonaws.com"}


@pytest.mark.parametrize(
    ("statement", "own", "missing"),
    [
        ({"Principal": {"AWS": "*"}, "Condition": {"StringEquals": THROUGH_COGNITO}}, (), None),
        ({"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"kms:ViaService": "s3.x.y"}}}, (), "resource"),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, (), "identity"),
        ({"Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}, (allow("kms:Decrypt"),), None),
        ({"Principal": {"Service": COGNITO}}, (allow("kms:Decrypt"),), "resource"),
    ],
)
def test_the_key_of_a_pool_must_admit_who_calls(
    cloud: Command, statement: dict[str, Any], own: tuple[dict[str, Any], ...], missing: str | None
) -> None:
    """Cognito uses it with the caller's permissions; to describe the pool needs no key."""
    policy = document(allow("kms:*", **statement))
    key = cloud.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    configuration = {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": key}
    pool = cloud.client("cognito-idp").create_user_pool(PoolName="p", KeyConfiguration=configuration)["UserPool"]
    role = Role.make(cloud, allow("cognito-idp:*", pool["Arn"]), *own)
    client = role.client("cognito-idp")
    assert client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]["KeyConfiguration"] == configuration
    if missing is None:
        assert client.get_csv_header(UserPoolId=pool["Id"])["CSVHeader"]
    else:
        denied = denial(lambda: client.get_csv_header(UserPoolId=pool["Id"]))
        assert denied.code == "AccessDeniedException"
        assert denied.message.endswith(f"because no {missing}-based policy allows the kms:Decrypt action")


def _passing(role: str, operator: str, service: str = COGNITO) -> dict[str, Any]:
    return allow("iam:PassRole", role, Condition={operator: {"iam:PassedToService": service}})
