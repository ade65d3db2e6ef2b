"""What is the same for many requests, resources or functions is worked out once."""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from botocore import xform_name
from joserfc.jwk import RSAKey
from moto import mock_aws
from moto.awslambda.models import lambda_backends
from moto.core import responses, serialize
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from localcloud.functions import code
from localcloud.moto_patches import repeated_work, shared_code
from localcloud.step_functions import definitions

if TYPE_CHECKING:
    from pathlib import Path


def test_the_key_of_all_user_pools_is_checked_once() -> None:
    """However many pools there are."""
    repeated_work.install()
    repeated_work._key_once.cache_clear()  # noqa: SLF001  (another test may have made a pool)
    with mock_aws(), patch.object(repeated_work, "_import_key", wraps=RSAKey.import_key) as counted:
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        for _ in range(3):
            cognito.create_user_pool(PoolName="people")
    assert counted.call_count == 1


def test_the_names_of_an_answers_members_are_worked_out_once() -> None:
    """A second answer of the same kind is the same, and the same as moto's own."""
    repeated_work.install()
    values: Any = {"pk": {"S": "one"}, "n": {"N": "1"}, "l": {"L": [{"M": {"b": {"B": b"x"}}}]}, "none": {"NULL": True}}
    table: Any = {
        "TableName": "t",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    with mock_aws():
        dynamodb = boto3.client("dynamodb", region_name="us-east-1")
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        dynamodb.create_table(**table)
        dynamodb.put_item(TableName="t", Item=values)
        cognito.create_user_pool(PoolName="people", AutoVerifiedAttributes=["email"])

        def answers() -> list[Any]:
            item = dynamodb.get_item(TableName="t", Key={"pk": {"S": "one"}})["Item"]
            return [
                item,
                dynamodb.describe_table(TableName="t")["Table"],
                cognito.list_user_pools(MaxResults=1)["UserPools"],
            ]

        first = answers()
        with patch.object(serialize, "xform_name", wraps=xform_name) as counted:
            assert answers() == first
        counted.assert_not_called()
        with patch.object(serialize.AttributePicker, "__call__", repeated_work._pick_anew):  # noqa: SLF001  (moto's own)
            assert answers() == first
    assert first[0] == values


def test_an_operation_that_a_part_adds_later_is_found() -> None:
    """After a request of its service, too: parts are installed in any order, and some of them alone."""

    class Response:
        def get(self) -> None:
            """What moto has."""

    repeated_work.install()
    listed: Any = responses
    assert listed.method_names_from_class(Response) == ["get"]
    Response.put = Response.get  # type: ignore[attr-defined]  # as a part does
    assert listed.method_names_from_class(Response) == ["get", "put"]


def test_functions_and_versions_with_the_same_code_share_its_bytes() -> None:
    """Until one of them gets another; the bytes end with the last of them."""
    shared_code.install()
    package = archive_of("one")
    with mock_aws():
        trust = json.dumps(
            {"Statement": {"Effect": "Allow", "Principal": {"Service": "x"}, "Action": "sts:AssumeRole"}}
        )
        role = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        client = boto3.client("lambda", region_name="us-east-1")
        for name in ("a", "b"):
            client.create_function(
                FunctionName=name, Runtime="python3.13", Role=role, Handler="i.h", Code={"ZipFile": package}
            )
        client.publish_version(FunctionName="a")
        functions = lambda_backends["123456789012"]["us-east-1"]
        first, version, second = (functions.get_function(*name) for name in (("a",), ("a", "1"), ("b",)))
        assert first.code_bytes is version.code_bytes is second.code_bytes
        client.update_function_code(FunctionName="a", ZipFile=archive_of("two"))
        assert functions.get_function("a").code_bytes == archive_of("two")
        assert second.code_bytes == package


def archive_of(text: str) -> bytes:
    """A package with one module."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr(zipfile.ZipInfo("i.py"), text)
    return content.getvalue()


def test_functions_that_start_at_once_unpack_their_folder_once(tmp_path: Path) -> None:
    """The others wait for the first."""
    with patch.object(code, "_fill", wraps=code._fill) as counted, ThreadPoolExecutor(4) as pool:  # noqa: SLF001
        folders = set(pool.map(lambda _: code.runtime_folder(tmp_path), range(4)))
    assert len(folders) == 1
    assert counted.call_count == 1


def test_the_syntax_of_a_definition_is_read_once() -> None:
    """However many executions there are; what each of them runs is its own."""
    definitions.install()
    text = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed", "Comment": "of this test alone"}}})
    with patch("moto.stepfunctions.parser.asl.parse.asl_parser.ASLParser", wraps=ASLParser) as counted:
        programs = [AmazonStateLanguageParser.parse(text)[0] for _ in range(3)]
    assert counted.call_count == 1
    assert len(set(map(id, programs))) == 3
