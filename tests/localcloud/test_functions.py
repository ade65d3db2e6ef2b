"""Lambda functions run the deployed code in real processes, with AWS's own runtime client and with ours."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING

import pytest

from tests.localcloud.command import Command, package, running

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTER = """
import os
print("loaded")
count = 0
def handler(event, context):
    global count
    count += 1
    return {"count": count, "event": event, "pid": os.getpid()}
"""
CONTEXT = """
import os, sys
def handler(event, context):
    return {
        "request": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "name": context.function_name,
        "version": context.function_version,
        "memory": context.memory_limit_in_mb,
        "remaining": context.get_remaining_time_in_millis(),
        "group": context.log_group_name,
        "stream": context.log_stream_name,
        "custom": context.client_context and context.client_context.custom,
        "environment": dict(os.environ),
        "path": sys.path,
    }
"""
ERRORS = """
import logging
class OutOfCheeseError(Exception):
    pass
def handler(event, context):
    logging.getLogger().warning("careful, %s", event)
    if event == "set":
        return {1, 2}
    raise OutOfCheeseError("no cheese, sir")
"""
ASK_WHO = """
import boto3
def handler(event, context):
    return boto3.client("sts").get_caller_identity()["Arn"]
"""
IMPORTS = """
import importlib.util
def handler(event, context):
    found = {}
    for name in event:
        spec = importlib.util.find_spec(name)
        found[name] = spec.origin if spec else None
    return found
"""


@pytest.fixture(scope="module", params=["awslambdaric", "bootstrap"])
def cloud(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command with each of the runtime clients, on a host whose environment holds a secret."""
    data_dir = tmp_path_factory.mktemp("cloud")
    with running(data_dir, "--runtime-client", request.param, environment={"HOST_SECRET": "secret"}) as command:
        yield command


def test_a_warm_start_finds_what_the_cold_one_left(cloud: Command) -> None:
    """The second event meets the same process, with its globals."""
    cloud.deploy("counter", COUNTER)
    first, second = cloud.invoke("counter", {"a": "ü"}).payload, cloud.invoke("counter").payload
    assert (first["count"], first["event"], second["count"]) == (1, {"a": "ü"}, 2)
    assert first["pid"] == second["pid"]


@pytest.mark.parametrize("change", ["configuration", "code"])
def test_a_change_makes_a_cold_start(cloud: Command, change: str) -> None:
    """New configuration and new code are served by a new process."""
    name = f"changing-{change}"
    cloud.deploy(name, COUNTER)
    cloud.invoke(name)
    functions = cloud.client("lambda")
    if change == "code":
        functions.update_function_code(FunctionName=name, ZipFile=package({"main.py": COUNTER + "# new\n"}))
    else:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": {"NEW": "yes"}})
    assert cloud.invoke(name).payload["count"] == 1


def test_the_context_reports_of_the_function(cloud: Command) -> None:
    """A handler's context has the ids, limits and log of its function, and the client's own data."""
    arn = cloud.deploy("context", CONTEXT, MemorySize=300, Timeout=900)
    client_context = base64.b64encode(b'{"custom": {"from": "phone"}}').decode()
    seen = cloud.invoke("context", ClientContext=client_context).payload
    assert (seen["arn"], seen["name"], seen["version"], seen["memory"]) == (arn, "context", "$LATEST", "300")
    assert 600_000 < seen["remaining"] <= 900_000
    assert seen["group"] == "/aws/lambda/context"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", seen["stream"])
    assert seen["custom"] == {"from": "phone"}


def test_the_environment_is_lambdas_and_the_functions(cloud: Command) -> None:
    """A function sees Lambda's variables and its own, which cannot replace reserved ones, and none of the host's."""
    variables = {"POOL": "eu", "AWS_REGION": "mars"}
    cloud.deploy("environment", CONTEXT, Environment={"Variables": variables})
    seen = cloud.invoke("environment").payload["environment"]
    assert seen["POOL"] == "eu"
    assert seen["AWS_REGION"] == seen["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "environment"
    assert seen["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert seen["_HANDLER"] == "main.handler"
    assert seen["TZ"] == ":UTC"
    assert seen["HOME"] == "/home/sbx_user1051"
    assert seen["AWS_ENDPOINT_URL"] == cloud.url
    assert re.match(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};", seen["_X_AMZN_TRACE_ID"])
    assert not {"HOST_SECRET", "VIRTUAL_ENV", "AWS_PROFILE"} & seen.keys()


def test_a_function_acts_as_its_role(cloud: Command) -> None:
    """boto3 in a function, without any setting, reaches this cloud as the function's role."""
    cloud.deploy("who", ASK_WHO)
    assert cloud.invoke("who").payload == "arn:aws:sts::123456789012:assumed-role/worker/who"


def test_only_what_ships_can_be_imported(cloud: Command) -> None:
    """A function's own packages come first, the SDK is there, and packages of the host are not."""
    cloud.deploy("imports", IMPORTS, {"jmespath/__init__.py": "", "helper.py": ""})
    found = cloud.invoke("imports", ["jmespath", "helper", "boto3", "moto", "flask", "localcloud"]).payload
    assert "/runtime-" in found["boto3"]
    assert "/functions/" in found["jmespath"]
    assert "/runtime-" not in found["jmespath"]
    assert found["helper"]
    assert (found["moto"], found["flask"], found["localcloud"]) == (None, None, None)


def test_a_layer_can_be_imported(cloud: Command) -> None:
    """A layer's python folder is on the path."""
    layer = cloud.client("lambda").publish_layer_version(
        LayerName="tools", Content={"ZipFile": package({"python/spanner.py": ""})}
    )
    cloud.deploy("layered", IMPORTS, Layers=[layer["LayerVersionArn"]])
    assert cloud.invoke("layered", ["spanner"]).payload["spanner"]


def test_an_error_has_lambdas_shape(cloud: Command) -> None:
    """An exception of the handler reaches the caller and the log with type, message and the function's own trace."""
    cloud.deploy("errors", ERRORS)
    answer = cloud.invoke("errors")
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "OutOfCheeseError"
    assert answer.payload["errorMessage"] == "no cheese, sir"
    assert len(answer.payload["stackTrace"]) == 1
    assert "main.py" in answer.payload["stackTrace"][0]
    log = cloud.log("/aws/lambda/errors")
    assert any(line.startswith("[ERROR] OutOfCheeseError: no cheese, sir\rTraceback") for line in log)
    assert any(re.match(r"\[WARNING\]\t[^\t]+Z\t[0-9a-f-]{36}\tcareful, ", line) for line in log)


def test_an_answer_that_is_not_json_is_an_error(cloud: Command) -> None:
    """What cannot be written as JSON comes back as Runtime.MarshalError."""
    cloud.deploy("unanswerable", ERRORS)
    answer = cloud.invoke("unanswerable", "set")
    assert (answer.error, answer.payload["errorType"]) == ("Unhandled", "Runtime.MarshalError")


@pytest.mark.parametrize(
    ("handler", "code", "error"),
    [
        ("nothing.handler", COUNTER, "Runtime.ImportModuleError"),
        ("main.nothing", COUNTER, "Runtime.HandlerNotFound"),
        ("main", COUNTER, "Runtime.MalformedHandlerName"),
        ("main.handler", "def handler(:", "Runtime.UserCodeSyntaxError"),
        ("main.handler", "raise ValueError('bad start')", "ValueError"),
        ("main.handler", "import os; os._exit(3)", "Runtime.ExitError"),
    ],
)
def test_a_function_that_cannot_start_says_why(cloud: Command, handler: str, code: str, error: str) -> None:
    """An error of the init phase reaches the caller, each time anew."""
    name = f"broken-{error.replace('.', '-')}"
    cloud.deploy(name, code, Handler=handler)
    answers = [cloud.invoke(name) for _ in range(2)]
    assert [(answer.error, answer.payload["errorType"]) for answer in answers] == [("Unhandled", error)] * 2


def test_the_log_reads_like_lambdas(cloud: Command) -> None:
    """Init output, START, output, END and REPORT; only a cold start reports its init."""
    cloud.deploy("logged", COUNTER)
    cloud.invoke("logged")
    cloud.invoke("logged")
    log = cloud.log("/aws/lambda/logged")
    assert [re.match(r"\w+", line)[0] for line in log] == [  # type: ignore[index]  # a line without a word fails too
        "INIT_START",
        "loaded",
        *["START", "END", "REPORT"] * 2,
    ]
    assert re.fullmatch(
        r"REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
        r"Memory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t",
        log[4],
    )
    assert "Init Duration" not in log[7]


def test_the_log_goes_where_the_function_says(cloud: Command) -> None:
    """LoggingConfig names the log group, and is told back."""
    cloud.deploy("elsewhere", COUNTER, LoggingConfig={"LogGroup": "/mine/here"})
    cloud.invoke("elsewhere")
    assert any(line.startswith("REPORT") for line in cloud.log("/mine/here"))
    configuration = cloud.client("lambda").get_function_configuration(FunctionName="elsewhere")
    assert configuration["LoggingConfig"] == {"LogFormat": "Text", "LogGroup": "/mine/here"}


def test_the_tail_of_the_log_comes_with_the_answer(cloud: Command) -> None:
    """LogType Tail returns this invocation's lines, at most 4 KB of them; without it there is none."""
    code = "def handler(event, context):\n    print('x' * 100, end='\\n' * 60)\n    print('bye')\n"
    cloud.deploy("tailed", code)
    cloud.invoke("tailed")
    tail = base64.b64decode(cloud.invoke("tailed", LogType="Tail").log).decode()
    assert "bye\nEND RequestId" in tail
    assert tail.count("REPORT") == 1
    assert len(tail) <= 4096
    assert cloud.invoke("tailed").log == ""
