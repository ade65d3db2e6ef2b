"""Links into the AWS console."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognito_drop.core.text.console import Site, execution_link, folder_link
from tests.unit.nasty_names import NASTY


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
        ("aws-eusc", "eusc-de-east-1", "console.amazonaws-eusc.eu"),
    ],
)
def test_every_partition_has_its_own_console(partition: str, region: str, host: str) -> None:
    """And the region is told in the query, whatever the host is."""
    link = folder_link(Site(partition, region), "drops", "results/0123/")
    assert link == f"https://{host}/s3/buckets/drops?region={region}&prefix=results/0123/"


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("aws-cn", "cn-north-1", "console.amazonaws.cn"),
        ("aws-us-gov", "us-gov-west-1", "console.amazonaws-us-gov.com"),
    ],
)
def test_an_execution_has_a_page_in_its_own_console(partition: str, region: str, host: str) -> None:
    """Named by its ARN."""
    arn = f"arn:{partition}:states:{region}:123456789012:execution:machine:0123"
    assert execution_link(arn) == f"https://{host}/states/home?region={region}#/v2/executions/details/{arn}"
    assert execution_link(arn.replace(f":{partition}:", ":aws-iso:")) is None


def test_a_partition_without_a_public_console_has_no_link() -> None:
    """Better none than one that leads nowhere."""
    assert folder_link(Site("aws-iso", "us-iso-east-1"), "drops", "results/0123/") is None


@given(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(sorted(NASTY.values())))
def test_a_link_holds_any_prefix(prefix: str) -> None:
    """It is ASCII without a blank or a quotation mark, and a browser reads the same prefix out of it."""
    link = folder_link(Site("aws", "us-east-1"), "drops", f"{prefix}/")
    assert link is not None
    assert link.isascii()
    assert not set(link) & set(" \"'<>`\\\r\n")
    assert parse_qs(urlsplit(link).query) == {"region": ["us-east-1"], "prefix": [f"{prefix}/"]}
