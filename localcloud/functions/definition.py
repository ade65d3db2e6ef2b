"""A function as it has to be run: a snapshot of moto's function.

Guarantees that two definitions are equal exactly when nothing that an execution environment sees has changed. Unpacking
and running are left to `code` and `environment`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moto.awslambda.utils import get_backend

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction, LayerVersion


@dataclass(frozen=True, slots=True)
class Package:
    """The zip of a function or layer."""

    sha256: str
    """Hexadecimal."""
    content: bytes = field(repr=False, compare=False)

    @classmethod
    def of(cls, source: LambdaFunction | LayerVersion) -> Package:
        """The zip that moto keeps for it."""
        return cls(base64.b64decode(source.code_sha_256).hex(), source.code_bytes)


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a function."""

    account_id: str
    region: str
    name: str
    version: str
    arn: str
    """With the version, unless that is $LATEST."""
    runtime: str
    handler: str
    role: str
    timeout: int
    """Seconds."""
    memory: int
    """Megabytes."""
    log_group: str
    variables: tuple[tuple[str, str], ...] = field(repr=False)
    code: Package
    layers: tuple[Package, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same when code and configuration change; reserved concurrency counts by it."""
        return self.account_id, self.region, self.name

    @classmethod
    def of(cls, function: LambdaFunction) -> Definition:
        """The function as moto has it now."""
        backend = get_backend(function.account_id, function.region)
        layers = (backend.layers_versions_by_arn(layer["Arn"]) for layer in function.layers)
        return cls(
            account_id=function.account_id,
            region=function.region,
            name=function.function_name,
            version=str(function.version),
            arn=function.function_arn,
            runtime=function.run_time or "",
            handler=function.handler or "",
            role=function.role,
            timeout=int(function.timeout),
            memory=int(function.memory_size),
            log_group=function.logs_group_name,
            variables=tuple(sorted((name, str(value)) for name, value in function.environment_vars.items())),
            code=Package.of(function),
            layers=tuple(Package.of(layer) for layer in layers if layer),
        )
