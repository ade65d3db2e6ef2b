"""Who may call the emulator: programs on this machine, and pages of its own."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import pytest
from werkzeug.test import Client

from localcloud.local_clients import LocalClients

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment


def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer everything."""
    start_response("200 OK", [])
    return [b"served"]


def status(**headers: str) -> int:
    """The status of the answer to a request with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client(LocalClients(application)).get("/", headers=named).status_code


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:5000", "127.0.0.1:5000", "[::1]:5000", "drops.localhost:5000", "a.b.localhost"]
)
def test_a_program_on_this_machine_is_served(host: str) -> None:
    """By each of its names; a virtual-hosted bucket of S3 has one of its own."""
    assert status(Host=host) == 200


@pytest.mark.parametrize(
    "host", ["page.example", "page.example:5000", "localhost.page.example", "notlocalhost", "[::1", "10.0.0.1", ""]
)
def test_a_name_that_leads_here_is_refused(host: str) -> None:
    """DNS rebinding: the page's own name is made to lead to this machine."""
    assert status(Host=host) == 403


@pytest.mark.parametrize(
    "origin", ["http://page.example", "http://localhost:3000", "https://localhost:5000", "null", "file://"]
)
def test_a_page_of_another_origin_is_refused(origin: str) -> None:
    """One of another port of this machine, too."""
    assert status(Host="localhost:5000", Origin=origin) == 403


@pytest.mark.parametrize(("site", "expected"), [("cross-site", 403), ("same-site", 403), ("same-origin", 200)])
def test_a_request_without_an_origin_is_judged_by_its_site(site: str, expected: int) -> None:
    """Images, links, and forms of other pages; the emulator's own pages are served."""
    assert status(Host="localhost:5000", Sec_Fetch_Site=site) == expected
    assert status(Host="localhost:5000", Sec_Fetch_Site="none", Origin="http://localhost:5000") == 200


def test_answers_have_no_cors_header(server: str) -> None:
    """moto sends one with every answer, and a page of any site could read it."""
    address = urlsplit(server)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    for method, headers in (("GET", {}), ("OPTIONS", {"Access-Control-Request-Method": "POST"})):
        connection.request(method, "/moto-api/data.json", headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
    connection.close()


def test_buckets_with_names_of_their_own_are_served(server: str) -> None:
    """S3's virtual-hosted style; whether `*.localhost` is found is a matter of the machine."""
    boto3.client("s3", endpoint_url=server).create_bucket(Bucket="virtual-hosted")
    address = urlsplit(server)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    connection.request("GET", "/", headers={"Host": f"virtual-hosted.localhost:{address.port}"})
    answer = connection.getresponse()
    assert (answer.status, b"<Name>virtual-hosted</Name>" in answer.read()) == (200, True)
    connection.close()
