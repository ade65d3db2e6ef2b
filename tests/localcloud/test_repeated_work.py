"""What is the same for many requests, resources or functions is worked out once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
from joserfc.jwk import RSAKey
from moto import mock_aws
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

from localcloud.functions import code
from localcloud.moto_patches import repeated_work
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
