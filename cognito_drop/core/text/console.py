"""Links into the AWS console, for people who get a message and have a browser.

Guarantees a link that fits the partition and the region, with everything in it percent-encoded, or none where the
partition's console has no known address; access is decided by the console, which asks for a sign-in.

Sources: https://docs.aws.amazon.com/general/latest/gr/rande.html#console-endpoints,
https://docs.amazonaws.cn/en_us/aws/latest/userguide/introduction.html,
https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/signing-into-govcloud.html,
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-view-execution-details.html
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

_HOSTS = {
    "aws": "{region}.console.aws.amazon.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-eusc": "console.amazonaws-eusc.eu",
}


@dataclass(frozen=True, slots=True)
class Site:
    """Where a deployment is, in AWS's own words: `aws` and `eu-west-1`, `aws-cn` and `cn-north-1`."""

    partition: str
    region: str


def folder_link(site: Site, bucket: str, prefix: str) -> str | None:
    """The console's page of a folder in S3, whose prefix ends with a slash; None for a partition without an address."""
    host = _HOSTS.get(site.partition)
    if host is None:
        return None
    query = urlencode({"region": site.region, "prefix": prefix}, safe="/", quote_via=quote)
    return f"https://{host.format(region=site.region)}/s3/buckets/{quote(bucket, safe='')}?{query}"


def execution_link(arn: str) -> str | None:
    """The console's page of an execution of Step Functions; None for a partition without an address."""
    _, partition, _, region, *_ = arn.split(":")
    host = _HOSTS.get(partition)
    if host is None:
        return None
    query = urlencode({"region": region})
    return f"https://{host.format(region=region)}/states/home?{query}#/v2/executions/details/{quote(arn, safe=':')}"
