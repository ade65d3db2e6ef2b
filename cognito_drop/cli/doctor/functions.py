"""Whether Lambda runs the stack's functions, with the code that was deployed: CloudFormation finds no drift of either.

The template sets no reserved concurrency, and code is a property that CloudFormation cannot read. Functions that the
template gives the same code are compared with each other. Guaranteed: nothing is said of a function that is gone.
Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from __future__ import annotations

import json
import shlex
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cognito_drop.aws.errors import error_code
from cognito_drop.cli.doctor.deployed_template import DeployedTemplate, UnresolvedError
from cognito_drop.cli.doctor.finding import Finding, error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cognito_drop.cli.base_command import Context


def function_findings(context: Context) -> list[Finding]:
    """The functions that are throttled to nothing, as the console's button `Throttle` does, and those with other code
    than most that share theirs."""
    template = DeployedTemplate.read(context)
    found, alike = list[Finding](), defaultdict[str, dict[str, str]](dict)
    for name, properties in template.of("AWS::Lambda::Function"):
        function = template.ids[name]
        try:
            shown = context.aws.functions.get_function_concurrency(FunctionName=function)
            code = context.aws.functions.get_function_configuration(FunctionName=function)["CodeSha256"]
        except ClientError as problem:
            if error_code(problem) != "ResourceNotFoundException":
                raise
            continue
        if shown.get("ReservedConcurrentExecutions") == 0:
            found.append(_throttled(function))
        alike[json.dumps(properties["Code"])][function] = code
    return found + [each for code, functions in alike.items() for each in _replaced(template, code, functions)]


def _throttled(function: str) -> Finding:
    message = f"The function {function} has a reserved concurrency of 0: Lambda does not run it."
    command, wrong = (
        f"aws lambda delete-function-concurrency --function-name {function}",
        "ReservedConcurrentExecutions",
    )
    fix = "Delete the reserved concurrency:"
    return error("function_throttled", message, fix, command=command, resource=function, properties=(wrong,))


def _replaced(template: DeployedTemplate, code: str, functions: Mapping[str, str]) -> list[Finding]:
    """Those whose code is not that of most. `functions` have the hash of each, `code` is where the template has it."""
    ((usual, _),) = Counter(functions.values()).most_common(1)
    others = [function for function, digest in functions.items() if digest != usual]
    try:
        place = template.resolved(json.loads(code))
        options = f"--s3-bucket {shlex.quote(place['S3Bucket'])} --s3-key {shlex.quote(place['S3Key'])}"
    except (UnresolvedError, KeyError):
        options = ""
    return [
        error(
            "function_replaced",
            f"The function {function} has other code than the other functions of the stack.",
            "Put the code back that was deployed" + (":" if options else ", with a new version of it."),
            command=f"aws lambda update-function-code --function-name {function} {options}" if options else "",
            resource=function,
            properties=("Code",),
        )
        for function in others
    ]
