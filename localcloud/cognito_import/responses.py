"""Answers the six operations of user import, guards the three that a running import forbids and those that a replica
may refuse, and reads the filter of ListUsers; the rest is moto's.

Gap of moto 5.2.5: CreateUserImportJob, GetCSVHeader, DescribeUserImportJob, ListUserImportJobs, StartUserImportJob and
StopUserImportJob do not exist, UpdateUserPool, AddCustomAttributes and DeleteUserPool know no UserImportInProgress,
ListUsers reads no escapes in a filter, and DescribeUserPool has no default tier.

Source: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from moto.cognitoidp.responses import CognitoIdpResponse
from moto.core.responses import ActionResult

from localcloud.cloud import current
from localcloud.cognito_import.job import HashAlgorithm
from localcloud.cognito_import.models import guard, import_backends

if TYPE_CHECKING:
    from localcloud.cognito_import.job import UserImportJob
    from localcloud.cognito_import.models import ImportBackend

_AFTER_EMPTY_PAGE: Final = "first-user"
"""The token of a page without users before the first."""


class CognitoImportResponse(CognitoIdpResponse):
    """moto's Cognito with user import jobs."""

    @property
    def import_backend(self) -> ImportBackend:
        """The import jobs of the caller's account and region."""
        return import_backends[self.current_account][self.region]

    def get_csv_header(self) -> ActionResult:
        """GetCSVHeader."""
        request = self._read()
        pool_id = request["UserPoolId"]
        return ActionResult({"UserPoolId": pool_id, "CSVHeader": self.import_backend.get_csv_header(pool_id)})

    def create_user_import_job(self) -> ActionResult:
        """CreateUserImportJob."""
        request = self._read()
        algorithm = request.get("PasswordHashingAlgorithm")
        with guard:
            job = self.import_backend.create_job(
                pool_id=request["UserPoolId"],
                name=request["JobName"],
                logs_role_arn=request["CloudWatchLogsRoleArn"],
                algorithm=None if algorithm is None else HashAlgorithm(algorithm),
                endpoint=self._upload_endpoint(),
            )
            return ActionResult(
                {"UserImportJob": job.to_dict(replace(current().settings, import_sparse_answers=False))}
            )

    def describe_user_import_job(self) -> ActionResult:
        """DescribeUserImportJob."""
        request = self._read()
        with guard:
            return _answer(self.import_backend.describe_job(request["UserPoolId"], request["JobId"]))

    def list_user_import_jobs(self) -> ActionResult:
        """ListUserImportJobs."""
        request = self._read()
        with guard:
            jobs, token = self.import_backend.list_jobs(
                request["UserPoolId"], request["MaxResults"], request.get("PaginationToken")
            )
            settings = current().settings
            listed = [_shown(job) for job in jobs]
        answer: dict[str, Any] = {"UserImportJobs": listed} if listed or settings.import_empty_list else {}
        if token is not None:
            answer["PaginationToken"] = token
        return ActionResult(answer)

    def start_user_import_job(self) -> ActionResult:
        """StartUserImportJob."""
        request = self._read()
        with guard:
            return _answer(self.import_backend.start_job(request["UserPoolId"], request["JobId"]))

    def stop_user_import_job(self) -> ActionResult:
        """StopUserImportJob."""
        request = self._read()
        with guard:
            return _answer(self.import_backend.stop_job(request["UserPoolId"], request["JobId"]))

    def list_users(self) -> ActionResult:
        """ListUsers; moto's own where there is no filter, and users are listed at once."""
        asked, settings = json.loads(self.body), current().settings
        if not asked.get("Filter") and not settings.user_listing_delay:
            return super().list_users()
        begins_at = asked.get("PaginationToken")
        users, token = self.import_backend.list_users(
            asked["UserPoolId"],
            asked.get("Filter", ""),
            limit=asked.get("Limit"),
            pagination_token=None if begins_at == _AFTER_EMPTY_PAGE else begins_at,
        )
        if asked.get("Filter") and begins_at is None and settings.user_filter_empty_page:
            users, token = [], _AFTER_EMPTY_PAGE
        names = asked.get("AttributesToGet")
        answer: dict[str, Any] = {"Users": [user.to_json(extended=True, attributes_to_get=names) for user in users]}
        if token:
            answer["PaginationToken"] = str(token)
        return ActionResult(answer)

    def describe_user_pool(self) -> ActionResult:
        """DescribeUserPool; a pool is in the Essentials tier unless it was made otherwise, which moto leaves out."""
        pool = self.backend.describe_user_pool(json.loads(self.body)["UserPoolId"])
        return ActionResult({"UserPool": {"UserPoolTier": "ESSENTIALS", **pool.to_json(extended=True)}})

    def get_user_pool_mfa_config(self) -> ActionResult:
        """GetUserPoolMfaConfig, unless a replica refuses it."""
        self._check_answered("GetUserPoolMfaConfig")
        return super().get_user_pool_mfa_config()

    def list_user_pool_clients(self) -> ActionResult:
        """ListUserPoolClients, unless a replica refuses it."""
        self._check_answered("ListUserPoolClients")
        return super().list_user_pool_clients()

    def describe_user_pool_client(self) -> ActionResult:
        """DescribeUserPoolClient, unless a replica refuses it."""
        self._check_answered("DescribeUserPoolClient")
        return super().describe_user_pool_client()

    def update_user_pool(self) -> None:
        """UpdateUserPool, unless an import of the pool is active."""
        self._check_pool_changeable()
        super().update_user_pool()

    def add_custom_attributes(self) -> ActionResult:
        """AddCustomAttributes, unless an import of the pool is active."""
        self._check_pool_changeable()
        return super().add_custom_attributes()

    def delete_user_pool(self) -> ActionResult:
        """DeleteUserPool, unless an import of the pool is active; the pool's jobs go with it."""
        self._check_pool_changeable()
        answer = super().delete_user_pool()
        with guard:
            self.import_backend.forget_pool(self._get_param("UserPoolId"))
        return answer

    def _check_pool_changeable(self) -> None:
        with guard:
            self.import_backend.check_pool_changeable(self._get_param("UserPoolId"))

    def _check_answered(self, operation: str) -> None:
        if operation in current().settings.replica_refuses.split(","):
            self.import_backend.check_not_a_replica(self._get_param("UserPoolId"))

    def _read(self) -> dict[str, Any]:
        parameters: dict[str, Any] = json.loads(self.body)
        self.import_backend.check_not_a_replica(parameters["UserPoolId"])
        return parameters

    def _upload_endpoint(self) -> str | None:
        """This server, on the port that took the request; None without a server (`mock_aws`)."""
        request = self.normalized_request
        return f"http://localhost:{request.environ['SERVER_PORT']}" if request.from_wsgi_server else None


def _answer(job: UserImportJob) -> ActionResult:
    return ActionResult({"UserImportJob": _shown(job)})


def _shown(job: UserImportJob) -> dict[str, Any]:
    settings = current().settings
    return job.to_dict(settings)
