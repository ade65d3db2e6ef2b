"""A pipeline in AWS CodePipeline that deploys the environments of cdk.json, one stage each, in their order.

All tests pass first; then it changes itself, when a commit changes it. Each environment but the first waits for an
approval, and each is followed by the smoke test. The roles of `cdk bootstrap` deploy.

Source: https://docs.aws.amazon.com/cdk/v2/guide/cdk-pipeline.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Aws, Duration, RemovalPolicy, Stack, Stage, pipelines
from aws_cdk import aws_codebuild as codebuild
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from cognito_drop.cdk.acknowledgement import acknowledge, acknowledge_checkov
from cognito_drop.cdk.cfn import cfn_resource
from cognito_drop.cdk.config_error import ConfigError
from stacks.codepipeline_findings import acknowledge_pipeline
from stacks.cognito_drop_stack import CognitoDropStack
from stacks.smoke_test_role_stack import SmokeTestRoleStack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

    from stacks.environment import Environment
    from stacks.pipeline_config import CodePipelineConfig

_INSTALL = ("make .venv/.ready", 'export PATH="$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH"')
_TEST = ("git init --quiet", ".ci/run")
"""A source archive has no repository, and tests list the files of the checkout with git."""
_PYTHON = {"phases": {"install": {"runtime-versions": {"python": "3.12"}}}}
_SMOKE_TEST = (
    'export AWS_CONFIG_FILE="$(mktemp)"',
    'printf \'[default]\\nrole_arn=%s\\ncredential_source=EcsContainer\\n\' "$ROLE" > "$AWS_CONFIG_FILE"',
    'stacks/pipelines/smoke-test.sh "$STACK"',
)
_KEEP_DAYS = 30


class EnvironmentStage(Stage):
    """One environment: its stack, and the role of the smoke test, in its account and region."""

    def __init__(self, scope: Construct, environment: Environment, *, code: lambda_.Code, tester: str) -> None:
        super().__init__(scope, environment.name, env=environment.aws)
        config = environment.config
        CognitoDropStack(self, config.name_prefix, config=config, code=code)
        SmokeTestRoleStack(self, f"{config.name_prefix}-smoke-test", config=config, tester=tester)


class CodePipelineStack(Stack):
    """The pipeline, and the bucket and key of what passes through it.

    `make_code` makes the functions' code asset of an environment; `cli_version` is that of the CDK CLI. Raises
    ConfigError where an environment has no account and region, or where there is none.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environments: Sequence[Environment],
        source: CodePipelineConfig,
        make_code: Callable[[], lambda_.Code],
        cli_version: str,
    ) -> None:
        _check(environments)
        super().__init__(
            scope,
            construct_id,
            description=f"Deploys cognito-drop to {', '.join(environment.name for environment in environments)}",
            env={"account": source.account, "region": source.region},
        )
        self._files = pipelines.CodePipelineSource.connection(
            source.repository, source.branch, connection_arn=source.connection
        )
        self._tester = iam.Role(
            self,
            "SmokeTest",
            role_name=_tester_name(construct_id),
            description="Assumes the role of an environment's smoke test",
            assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"),
        )
        artifacts = self._artifacts()
        self._pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            artifact_bucket=artifacts,
            cli_version=cli_version,
            cross_account_keys=True,
            enable_key_rotation=True,
            synth=pipelines.ShellStep("Synth", input=self._files, commands=[*_TEST, *_INSTALL, _synth(source)]),
            code_build_defaults=pipelines.CodeBuildOptions(
                build_environment=codebuild.BuildEnvironment(build_image=codebuild.LinuxBuildImage.STANDARD_7_0),
                partial_build_spec=codebuild.BuildSpec.from_object(_PYTHON),
                timeout=Duration.hours(2),
            ),
            synth_code_build_defaults=pipelines.CodeBuildOptions(
                build_environment=codebuild.BuildEnvironment(compute_type=codebuild.ComputeType.MEDIUM)
            ),
        )
        for number, environment in enumerate(environments):
            self._deploy(environment, make_code(), is_first=number == 0)
        self._pipeline.build_pipeline()
        self._use_connection(source.connection)
        acknowledge_pipeline(self._pipeline, artifacts, self._tester)

    def _artifacts(self) -> s3.Bucket:
        """It is emptied by time; CloudFormation deletes no bucket that holds something."""
        kept = Duration.days(_KEEP_DAYS)
        key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE)
        bucket = s3.Bucket(
            self,
            "Artifacts",
            encryption=s3.BucketEncryption.KMS,
            encryption_key=key,
            enforce_ssl=True,
            versioned=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
            lifecycle_rules=[s3.LifecycleRule(expiration=kept, noncurrent_version_expiration=kept)],
        )
        reason = "It holds sources and templates for some days, no data."
        acknowledge(bucket, "AwsSolutions::AwsSolutions-S1", reason)
        acknowledge_checkov(cfn_resource(bucket), "CKV_AWS_18", reason)
        return bucket

    def _use_connection(self, connection: str) -> None:
        # CDK grants codestar-connections:UseConnection, whatever the connection is called. In a policy, the prefix of
        # the action has to be that of the ARN: https://docs.aws.amazon.com/dtconsole/latest/userguide/rename.html
        action = f"{connection.split(':')[2]}:UseConnection"
        source = self._pipeline.pipeline.node.find_child("Source")
        for role in source.node.find_all():
            if isinstance(role, iam.Role):
                role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[connection]))

    def _deploy(self, environment: Environment, code: lambda_.Code, *, is_first: bool) -> None:
        # By its name: a stage may not depend on what is outside of it.
        tester = f"arn:{Aws.PARTITION}:iam::{self.account}:role/{_tester_name(self.node.id)}"
        stage = EnvironmentStage(self, environment, code=code, tester=tester)
        role = SmokeTestRoleStack.role_arn(environment)
        self._tester.add_to_policy(iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[role]))
        smoke_test = pipelines.CodeBuildStep(
            f"Smoke test of {environment.name}",
            input=self._files,
            env={
                "AWS_DEFAULT_REGION": str(environment.region),
                "AWS_REGION": str(environment.region),
                "ROLE": role,
                "STACK": environment.config.name_prefix,
            },
            commands=[*_INSTALL, *_SMOKE_TEST],
            role=self._tester,
        )
        approvals = [] if is_first else [pipelines.ManualApprovalStep(f"Approve {environment.name}")]
        self._pipeline.add_stage(stage, pre=approvals, post=[smoke_test])


def _tester_name(pipeline: str) -> str:
    return f"{pipeline}-smoke-test"


def _check(environments: Sequence[Environment]) -> None:
    if not environments:
        raise ConfigError("A pipeline needs environments: cdk.json has none.")
    for environment in environments:
        if environment.aws is None:
            raise ConfigError(f"A pipeline needs the `account` and `region` of the environment {environment.name}.")


def _synth(source: CodePipelineConfig) -> str:
    return (
        f'cdk synth --no-notices --quiet --app "python3 -m stacks.pipelines.codepipeline" --context '
        f"connection={source.connection} --context repository={source.repository} --context branch={source.branch}"
    )
