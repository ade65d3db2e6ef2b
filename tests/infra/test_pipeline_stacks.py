"""What a pipeline has in AWS: roles for one from outside, and a pipeline of AWS's own."""

from __future__ import annotations

import json
import subprocess
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from cognito_drop.cdk.config_error import ConfigError
from stacks.environment import all_environments, chosen_environment
from stacks.pipeline_config import CodePipelineConfig, RepositoryConfig

import aws_cdk as cdk  # isort: skip  (after `stacks`, which finds the Node that CDK starts)
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks

from localcloud.cloudformation.storage import BUCKET
from stacks.codepipeline_stack import CodePipelineStack
from stacks.pipeline_roles_stack import PipelineRolesStack
from stacks.smoke_test_grants import drop_bucket_pattern
from tests.infra.conftest import app_context
from tests.infra.resolved_template import template_complaints
from tests.infra.template import as_list
from tests.unit.test_config import Context
from tools.toolchain import python_script

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ENVIRONMENTS = {
    "dev": {
        "account": "123456789012",
        "region": "us-east-1",
        "name_prefix": "drop-dev",
        "pools": "people=us-east-1_AbCdEf123",
    },
    "prod": {"account": "210987654321", "region": "eu-west-1", "pools": "people=eu-west-1_AbCdEf123"},
}
CONNECTION = "arn:aws:codeconnections:us-east-1:123456789012:connection/01234567-89ab-cdef-0123-456789abcdef"


def _app(folder: Path, **context: object) -> cdk.App:
    return cdk.App(context=app_context(environments=ENVIRONMENTS, **context), outdir=str(folder))


def _checked(app: cdk.App, folder: Path) -> dict[str, list[Any]]:
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()
    report = json.loads((folder / "validation-report.json").read_text())
    return {plugin["pluginName"]: plugin["violations"] for plugin in report["pluginReports"]}


def _roles(folder: Path, **context: object) -> Template:
    app = _app(folder, env="dev", **context)
    stack = PipelineRolesStack(
        app, "roles", environment=chosen_environment(app.node), repository=RepositoryConfig.from_context(app.node)
    )
    assert _checked(app, folder) == {"AwsSolutions": []}
    return Template.from_stack(stack)


def _pipeline(app: cdk.App, code: Path) -> CodePipelineStack:
    return CodePipelineStack(
        app, "pipeline",
        environments=all_environments(app.node),
        source=CodePipelineConfig.from_context(app.node),
        make_code=lambda: lambda_.Code.from_asset(str(code)),
        cli_version="2.1148.1",
    )  # fmt: skip


def _role(template: Template, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The trust of a role, and what it may do."""
    ((logical_id, role),) = template.find_resources("AWS::IAM::Role", {"Properties": {"RoleName": name}}).items()
    policies = template.find_resources("AWS::IAM::Policy", {"Properties": {"Roles": [{"Ref": logical_id}]}})
    (policy,) = policies.values()
    (trust,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    return trust, policy["Properties"]["PolicyDocument"]["Statement"]


def _bootstrapped(statements: list[dict[str, Any]]) -> set[str]:
    (resources,) = [each["Resource"] for each in statements if each["Action"] == "sts:AssumeRole"]
    return {arn.partition("role/")[2] for arn in as_list(resources)}


def test_a_job_of_github_becomes_a_role_by_what_it_proves(tmp_path: Path) -> None:
    """The repository and the environment to deploy, a pull request of it to see the difference."""
    template = _roles(tmp_path, github="acme/users")
    claims = "token.actions.githubusercontent.com"
    deployer, may = _role(template, "drop-dev-github-deploy")
    assert deployer["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert deployer["Condition"] == {
        "StringEquals": {f"{claims}:aud": "sts.amazonaws.com", f"{claims}:sub": "repo:acme/users:environment:dev"}
    }
    assert _bootstrapped(may) == {
        f"cdk-hnb659fds-{name}-role-123456789012-us-east-1" for name in ("deploy", "file-publishing", "lookup")
    }
    reader, may = _role(template, "drop-dev-github-diff")
    assert reader["Condition"]["StringEquals"][f"{claims}:sub"] == "repo:acme/users:pull_request"
    assert _bootstrapped(may) == {"cdk-hnb659fds-lookup-role-123456789012-us-east-1"}
    assert len(may) == 1
    template.has_resource_properties("AWS::IAM::OIDCProvider", {"ClientIdList": ["sts.amazonaws.com"]})


def test_a_job_of_gitlab_becomes_a_role_by_what_it_proves(tmp_path: Path) -> None:
    """The project and the branch to deploy; an account that has the provider keeps it."""
    template = _roles(tmp_path, gitlab="acme/it/users", branch="trunk", oidc_provider="existing")
    deployer, _ = _role(template, "drop-dev-gitlab-deploy")
    subject = "project_path:acme/it/users:ref_type:branch:ref:trunk"
    assert deployer["Condition"] == {
        "StringEquals": {"gitlab.com:aud": "https://gitlab.com", "gitlab.com:sub": subject}
    }
    reader, _ = _role(template, "drop-dev-gitlab-diff")
    assert reader["Condition"]["StringLike"] == {"gitlab.com:sub": "project_path:acme/it/users:*"}
    template.resource_count_is("AWS::IAM::OIDCProvider", 0)


def test_aws_codepipeline_deploys_each_environment_and_tests_it(tmp_path: Path) -> None:
    """In the order of cdk.json, all but the first after an approval, each followed by the smoke test."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "empty.py").touch()
    folder = tmp_path / "cdk.out"
    app = _app(folder, connection=CONNECTION, repository="acme/users")
    stack = _pipeline(app, tmp_path / "code")
    assert _checked(app, folder) == {"AwsSolutions": []}
    template = Template.from_stack(stack)
    (pipeline,) = template.find_resources("AWS::CodePipeline::Pipeline").values()
    stages = {
        stage["Name"]: [action["Name"] for action in sorted(stage["Actions"], key=lambda it: it["RunOrder"])]
        for stage in pipeline["Properties"]["Stages"]
    }
    assert list(stages) == ["Source", "Build", "UpdatePipeline", "Assets", "dev", "prod"]
    assert (stages["dev"][-1], stages["prod"][-1]) == ("Smoke_test_of_dev", "Smoke_test_of_prod")
    assert [name for name in (*stages["dev"], *stages["prod"]) if "Approve" in name] == ["Approve_prod"]
    assert stages["prod"][0] == "Approve_prod"
    projects = template.find_resources("AWS::CodeBuild::Project").values()
    scripts = [str(project["Properties"]["Source"].get("BuildSpec")) for project in projects]
    assert sum("stacks/pipelines/smoke-test.sh" in each for each in scripts) == len(ENVIRONMENTS)
    (synth,) = [each for each in scripts if "python3 -m stacks.pipelines.codepipeline" in each]
    assert 0 < synth.find(".ci/run") < synth.find("python3 -m stacks"), "all tests pass before anything is synthesized"
    assert not any(project["Properties"]["Environment"]["PrivilegedMode"] for project in projects), "no Docker"
    nested = json.loads((folder / "assembly-pipeline-prod" / "manifest.json").read_text())
    deployed = {
        artifact["properties"]["stackName"]: artifact["environment"]
        for artifact in nested["artifacts"].values()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    place = "aws://210987654321/eu-west-1"
    assert deployed == {"cognito-drop": place, "cognito-drop-smoke-test": place}


def test_cfn_lint_checkov_and_the_authorization_reference_find_nothing(checkov: Path, tmp_path: Path) -> None:
    """In the roles, the pipeline, and the role of a smoke test."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "empty.py").touch()
    app = _app(tmp_path / "cdk.out", env="dev", github="acme/users", connection=CONNECTION, repository="acme/users")
    PipelineRolesStack(
        app, "roles", environment=chosen_environment(app.node), repository=RepositoryConfig.from_context(app.node)
    )
    _pipeline(app, tmp_path / "code")
    app.synth()
    found = [
        *(tmp_path / "cdk.out").glob("*.template.json"),
        *(tmp_path / "cdk.out").glob("*/*smoketest*.template.json"),
    ]
    templates = [str(template) for template in found]
    assert len(templates) == 2 + 1 + len(ENVIRONMENTS), (
        "the roles, the pipeline, its files in another region, the tests"
    )
    # E3703: CDK joins the ARNs in the configuration of CodePipeline's actions, as it does everywhere.
    lint = [str(python_script("cfn-lint")), "--ignore-checks", "W3005", "E3703", "--", *templates]
    files = [part for template in templates for part in ("-f", template)]
    options = ["--framework", "cloudformation", "--compact", "--quiet", "--skip-download"]
    for command in (lint, [str(checkov), *files, *options]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    bodies = [json.loads(template.read_text()) for template in found]
    ((_, of_cdk),) = [said for body in bodies for said in template_complaints(body)]
    assert of_cdk == f"codestar-connections:useconnection takes none of {CONNECTION}", "granted by CDK, to no effect"


@pytest.mark.parametrize("length", range(1, 41))
@pytest.mark.parametrize("last", ["x", "-"])
def test_the_smoke_test_finds_the_bucket_whatever_the_stack_is_called(length: int, last: str) -> None:
    """CloudFormation shortens the name of the stack and the logical id, if both together are too long."""
    prefix = f"{'Cognito-Drop-Imports-Of-A-Company-In-All'[: length - 1]}{last}" if length > 1 else "C"
    pattern, logical_id = drop_bucket_pattern(prefix), "DropZoneBucketE2A2A4F5"
    for random_part in ("a" * 12, "a" * 13):
        whole = f"{prefix}-{logical_id}-{random_part}".lower()
        shortened = {f"{prefix[:kept]}-{logical_id}-{random_part}".lower() for kept in range(24, length)}
        stripped = {f"{prefix[:kept].rstrip('-')}-{logical_id}-{random_part}".lower() for kept in range(24, length)}
        for name in {whole, *shortened, *stripped}:
            assert fnmatchcase(name, pattern), name
    assert fnmatchcase(BUCKET.name(prefix, logical_id), pattern)
    assert not fnmatchcase(f"another-{logical_id}-{'a' * 12}".lower(), pattern)


@pytest.mark.parametrize(
    ("read", "context", "said"),
    [
        (RepositoryConfig.from_context, {}, "Give the repository as one context key, "),
        (RepositoryConfig.from_context, {"github": "a/b", "gitlab": "a/b"}, "Give the repository as one context key, "),
        (RepositoryConfig.from_context, {"github": "acme"}, "The context key `github` is 'acme': "),
        (RepositoryConfig.from_context, {"github": "a/*"}, r"The context key `github` is 'a/\*': "),
        (RepositoryConfig.from_context, {"github": "a/b", "oidc_provider": "x"}, "The context key `oidc_provider` "),
        (RepositoryConfig.from_context, {"gitlab": "a/b", "branch": "*"}, r"The context key `branch` is '\*', which "),
        (CodePipelineConfig.from_context, {"repository": "a/b"}, "The context key `connection` is None: "),
        (CodePipelineConfig.from_context, {"connection": CONNECTION}, "The context key `repository` is None: "),
    ],
)  # fmt: skip
def test_a_mistake_is_one_plain_sentence(
    read: Callable[[Context], object], context: dict[str, object], said: str
) -> None:
    """Nothing that a trust policy would take for a pattern gets into one."""
    with pytest.raises(ConfigError, match=rf"^{said}[^\n]+\.$"):
        read(Context(**context))


def test_a_pipeline_needs_to_know_where(tmp_path: Path) -> None:
    """An environment without account and region cannot be deployed by it, and none at all is none."""
    for environments, said in (
        ({}, "A pipeline needs environments: cdk.json has none."),
        (
            {"dev": {"pools": "people=us-east-1_AbCdEf123"}},
            "A pipeline needs the `account` and `region` of the environment dev.",
        ),
    ):
        source = CodePipelineConfig.from_context(Context(connection=CONNECTION, repository="acme/users"))
        with pytest.raises(ConfigError) as raised:
            CodePipelineStack(
                cdk.App(outdir=str(tmp_path)), "pipeline",
                environments=all_environments(Context(environments=environments)), source=source,
                make_code=lambda: lambda_.Code.from_asset(str(tmp_path)), cli_version="2",
            )  # fmt: skip
        assert str(raised.value) == said
