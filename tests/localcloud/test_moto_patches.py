"""Every patch of moto is needed in the version that is installed."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws
from moto.cognitoidp.models import cognitoidp_backends
from moto.core.config import default_user_config
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS
from moto.iam import models as iam_models
from moto.iam.models import AWSManagedPolicy, IAMBackend, iam_backends

from localcloud.moto_patches import PATCHES, install

if TYPE_CHECKING:
    from types import ModuleType

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
PROJECT = Path(__file__).resolve().parent.parent.parent


def name_of(patch: ModuleType) -> str:
    """The name of the patch's file."""
    return patch.__name__.rpartition(".")[2]


@pytest.fixture(scope="module")
def needed() -> dict[str, bool]:
    """What moto shows without the patches: by the name of the patch, whether it is needed."""
    command = [sys.executable, "-m", "tests.localcloud.stock_moto"]
    answers: dict[str, bool] = json.loads(subprocess.check_output(command, cwd=PROJECT))
    return answers


@pytest.mark.parametrize("patch", PATCHES, ids=name_of)
def test_a_patch_is_needed(patch: ModuleType, needed: dict[str, bool]) -> None:
    """In stock moto the gap is open; a patch for one that is closed goes."""
    known = re.search(r"^moto (\d+\.\d+\.\d+) ", str(patch.__doc__), re.MULTILINE)
    assert known, "the file says which version of moto needs it"
    installed = importlib.metadata.version("moto")
    assert needed[name_of(patch)], f"moto {installed} closes the gap of {patch.__name__}, which {known[1]} needed"


def test_a_key_changes_its_state_by_id_and_by_arn() -> None:
    """It is the same key."""
    install()
    with mock_aws():
        kms = boto3.client("kms", region_name="us-east-1")
        made = kms.create_key()["KeyMetadata"]
        states = []
        for key in (made["Arn"], made["KeyId"]):
            for change in (kms.disable_key, kms.enable_key, kms.schedule_key_deletion, kms.cancel_key_deletion):
                change(KeyId=key)
                states.append(kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"])
    assert states == ["Disabled", "Enabled", "PendingDeletion", "Disabled"] * 2


def test_a_user_has_one_name_in_any_spelling_where_the_pool_ignores_case() -> None:
    """A case-sensitive pool does not find the user by another spelling."""
    install()
    with mock_aws():
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        pools: list[tuple[bool, list[Any]]] = [(True, []), (False, []), (False, ["email"])]
        for is_case_sensitive, attributes in pools:
            config: dict[str, Any] = {"UsernameConfiguration": {"CaseSensitive": is_case_sensitive}}
            pool = cognito.create_user_pool(PoolName="p", UsernameAttributes=attributes, **config)["UserPool"]["Id"]
            cognito.create_group(UserPoolId=pool, GroupName="g")
            cognito.admin_create_user(UserPoolId=pool, Username="P1@example.com", MessageAction="SUPPRESS")
            if is_case_sensitive:
                with pytest.raises(cognito.exceptions.UserNotFoundException):
                    cognito.admin_get_user(UserPoolId=pool, Username="p1@EXAMPLE.com")
                continue
            cognito.admin_add_user_to_group(UserPoolId=pool, Username="p1@EXAMPLE.com", GroupName="g")
            assert len(cognito.list_users_in_group(UserPoolId=pool, GroupName="g")["Users"]) == 1
            cognito.admin_delete_user(UserPoolId=pool, Username="p1@EXAMPLE.com")
            assert cognito.list_users(UserPoolId=pool)["Users"] == []


def test_users_may_be_added_to_a_pool_while_it_is_listed() -> None:
    """By an import, which goes on in a thread of its own."""
    install()
    with mock_aws():
        cognito = boto3.client("cognito-idp", region_name="us-east-1")
        pool_id = cognito.create_user_pool(PoolName="p")["UserPool"]["Id"]
        for name in ("ada", "bo"):
            cognito.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
        users = cognitoidp_backends["123456789012"]["us-east-1"].user_pools[pool_id].users
        for number, each in enumerate(users.values()):
            users[f"new-{number}"] = each
        assert list(users) == ["ada", "bo", "new-0", "new-1"]


def test_aws_policies_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reset reads none of them again, and an account counts its own attachments."""
    install()
    monkeypatch.setitem(default_user_config, "iam", {"load_aws_managed_policies": True})
    first = IAMBackend("aws", "123456789012")
    first.create_role("r", "{}", "/", None, "", [], "3600")
    first.attach_role_policy(READ_ONLY, "r")
    assert len(first.managed_policies) > 1_000
    monkeypatch.setattr(AWSManagedPolicy, "from_data", pytest.fail)
    first.reset()
    assert first.managed_policies[READ_ONLY].attachment_count == 0
    assert len(first.managed_policies) > 1_000


def test_a_request_makes_no_backend_of_other_partitions() -> None:
    """Each would have all of AWS's policies."""
    install()
    with mock_aws():
        elsewhere = iam_backends["111111111111"]["aws-cn"]
        elsewhere.create_user("cn-north-1", "u")
        key = elsewhere.create_access_key("u")
        assert iam_models.get_account_id_from(key.access_key_id) == "111111111111"
        assert iam_models.get_account_id_from("unknown") == "123456789012"
        assert list(iam_backends["111111111111"]) == ["aws-cn"]


def test_offerings_of_instances_are_read_when_they_are_asked_for() -> None:
    """And are those that moto has: of a region, of a zone, and of none that is not there."""
    install()
    with mock_aws():
        wanted: Any = [{"Name": "instance-type", "Values": ["t3.micro"]}]
        places: Any = (("eu-west-3", "region", "eu-west-3"), ("sa-east-1", "availability-zone", None))
        for region, kind, location in places:
            ec2 = boto3.client("ec2", region_name=region)
            found = ec2.describe_instance_type_offerings(LocationType=kind, Filters=wanted)["InstanceTypeOfferings"]
            assert {each["InstanceType"] for each in found} == {"t3.micro"}
            assert {each["LocationType"] for each in found} == {kind}
            assert all(each["Location"].startswith(location or region) for each in found)
        assert ec2.run_instances(ImageId="ami-12345678", InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"]
    read = INSTANCE_TYPE_OFFERINGS["region"]
    assert ("eu-west-3" in read, "eu-west-2" in read, read.get("nowhere", [])) == (True, False, [])


def test_every_file_is_a_patch_that_is_installed() -> None:
    """None lies in the folder and is forgotten."""
    folder = PROJECT / "localcloud" / "moto_patches"
    assert {file.stem for file in folder.glob("*.py")} - {"__init__"} == {name_of(patch) for patch in PATCHES}
