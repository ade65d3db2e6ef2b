"""The settings of the emulator: one frozen dataclass; every field is also a flag of `python -m localcloud up`.

What is not publicly known about the real Amazon Cognito is a field here and a row in localcloud/fidelity/, from which
docs/fidelity.md is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from localcloud.choices import (
    BirthdateForm,
    HashColumns,
    HashedSrp,
    JobScope,
    MalwareAnswer,
    OddPoolLog,
    OutOfMemory,
    Pbkdf2Form,
    PoolKeyDenial,
    RatedCalls,
    Refusal,
    RepeatedAlias,
    ResetSrp,
    RoleFailure,
    RuntimeClient,
    UnsetSms,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """How the emulator behaves. Times are seconds of cloud time (see `localcloud.clock`)."""

    port: int = 5000
    """TCP port on localhost; 0 lets the system choose one."""
    clock_factor: float = 1.0
    """How many times faster than the wall clock waits pass (>= 1)."""
    data_dir: Path = field(default=Path(".localcloud"))
    """Where the outbox of emails, function code and function output are kept."""
    import_rate: float = 25.0
    """Rows an import job works through in a second. AWS's own figures are between 20 and 30."""
    import_pending: float = 2.3
    """How long a started job stays Pending (2 to 4 seconds were seen)."""
    import_scope: JobScope = JobScope.ACCOUNT
    """Within what at most one job is active."""
    import_failed_ratio: float = 0.5
    """Share of failed and skipped rows above which a job fails as a whole (the real threshold is not public)."""
    import_refusal: Refusal = Refusal.PRECONDITION
    """The error of a start or stop that is refused (public only for a start without a file)."""
    import_role_failure: RoleFailure = RoleFailure.START
    """Whether a logs role that cannot be used fails the start or the started job."""
    import_stopping: float = 1.0
    """How long a running job that was stopped stays Stopping; with 0 the answer to the stop is Stopped."""
    import_stops_twice: bool = False
    """Whether a job that is stopping answers a second stop; otherwise that stop is refused."""
    import_page_size: int = 50
    """Jobs on a page of ListUserImportJobs at most: 50 by the model of the answer, 60 by that of the request."""
    import_empty_list: bool = True
    """Whether a listing without jobs has an empty list; otherwise it has no list (the model's minimum is 1)."""
    import_token_after_full_page: bool = False
    """Whether a full last page of jobs has a PaginationToken, which leads to an empty page."""
    import_sparse_answers: bool = False
    """Whether answers leave out a job's counters while they are 0, and its upload URL after CreateUserImportJob."""
    import_counts_at_end: bool = False
    """Whether a job's counters stay 0 until it has ended (not public)."""
    import_stopped_counts: bool = True
    """Whether a stopped job keeps its counters; otherwise they are 0 (not public)."""
    import_birthdate: BirthdateForm = BirthdateForm.FILE
    """How the birthdate of an imported user is stored."""
    import_job_limit: int = 1000
    """Jobs a pool may have in its life."""
    import_url_lifetime: float = 899.0
    """How long the pre-signed upload URL is valid."""
    import_job_lifetime: float = 86400.0
    """How long a Created job may wait to be started before it is Expired (AWS says 24 to 48 hours; 24.5 were seen)."""
    import_log_delay: float = 0.0
    """How much later than its row a line of the job's log appears."""
    import_log_batch: int = 500
    """Lines that are written to the job's log at once."""
    import_log_odd_pool: OddPoolLog = OddPoolLog.DASHES
    """Where the log of a pool is written whose name CloudWatch does not allow in a log group's name (not public)."""
    import_password_hashes: HashColumns = field(default=HashColumns())
    """What pools do with the column password_hash: listed in their header, taken though it is not, or refused; a word
    for all pools, NAME=WORD for those of a name, separated by commas (documented in 2026; which pool does what is not).
    """
    import_pbkdf2_form: Pbkdf2Form = Pbkdf2Form.PASSLIB
    """Which hashes of PBKDF2 are taken: those in passlib's form of AWS's one example, the same in Base64, or any."""
    import_repeated_alias: RepeatedAlias = RepeatedAlias.FAIL
    """What happens to a user whose verified email or phone number is another one's alias already (not public)."""
    import_lowers_names: bool = False
    """Whether a pool that ignores case has usernames, email addresses, and preferred_username in lower case: the
    developer guide says that it shows them so, AWS re:Post that an email address is stored as it was entered."""
    import_skips_blank_lines: bool = True
    """Whether a blank line of the file is passed over; otherwise it is a row that fails (not public)."""
    import_reads_quotes: bool = False
    """Whether a value of the file may be in quotation marks, as in RFC 4180, though AWS asks for none; otherwise they
    are ordinary characters (not public)."""
    import_doubles_backslashes: bool = False
    """Whether two backslashes in the file are one; otherwise a backslash is an ordinary character, unless a comma
    follows (not public)."""
    import_takes_missing_columns: bool = False
    """Whether a file may leave out columns other than cognito:username, as a sample of the guide does; otherwise its
    job fails, as the guide says."""
    user_filter_reads_backslashes: bool = True
    """Whether two backslashes in a filter of ListUsers are one; otherwise only a quotation mark has an escape (not
    public)."""
    user_filter_ignores_case: bool = False
    """Whether a filter of ListUsers ignores case: the developer guide says so, the API reference contradicts it."""
    user_filter_empty_page: bool = False
    """Whether the first page of a filtered ListUsers has no users, and a PaginationToken: AWS says that a page may have
    fewer users than there are, or none, and not when."""
    user_listing_delay: float = 0.0
    """Seconds for which ListUsers does not show a new user: AWS says that it is eventually consistent, and not by how
    much."""
    sign_in_reset_srp: ResetSrp = ResetSrp.DOCUMENTED
    """What SRP says to a user who must reset the password: the documented error of all flows, or "Invalid input given",
    which three clients reported in 2019 and 2020."""
    sign_in_hashed_srp: HashedSrp = HashedSrp.START
    """Where SRP is refused to a user with an imported hash before the first sign-in: at its start, or at the proof of
    the password (not public)."""
    sign_in_code_resets: bool = False
    """Whether a one-time code signs in a user who must reset the password, as when the pool allows codes only since the
    import (not public)."""
    sign_in_reset_without_sms: UnsetSms = UnsetSms.REFUSED
    """What a reset does where a code would go by SMS, and the pool has no SmsConfiguration (not public)."""
    cognito_daily_emails: int = 50
    """Emails that the pools of an account and region send in a day without Amazon SES."""
    pool_key_denial: PoolKeyDenial = PoolKeyDenial.ACCESS_DENIED
    """The error where a user pool's customer managed key does not admit the caller (not public)."""
    replica_pools: str = ""
    """Names of user pools, separated by commas, that answer import operations as a replica in another region does."""
    replica_refuses: str = ""
    """Names of operations that read settings, separated by commas, which replicas refuse besides (not public):
    GetUserPoolMfaConfig, ListUserPoolClients, DescribeUserPoolClient."""
    import_held_pools: str = ""
    """Names of user pools, separated by commas, whose jobs import 200 rows and then none until they are stopped. Not of
    AWS: what happens beside an active job can be tried without a race against its end."""
    import_passed_to_service: bool = False
    """Whether the request of CreateUserImportJob has the condition key iam:PassedToService (AWS names none for it)."""
    request_rates: RatedCalls = RatedCalls.ALL
    """Whose requests to Cognito are refused above its rates, with TooManyRequestsException: all as in AWS, those of
    roles only, so that a script may look at a job many times a second, or none."""
    output_limit: int = 4096
    """Bytes that the value of a stack's output may have (not public, but for exports, which may have 1,024)."""
    malware_scan: MalwareAnswer = MalwareAnswer.BY_CONTENT
    """What GuardDuty finds in a new object, where a rule asks for its events: a threat in the EICAR test string and
    none in other objects, always the same status, or never anything."""
    malware_scan_delay: float = 5.0
    """Seconds after which the result of a malware scan is published."""
    malware_scan_encodes_keys: bool = False
    """Whether the event of a malware scan has the object's key URL-encoded (not public)."""
    concurrency: int = 10
    """Execution environments a Lambda function may have at once."""
    runtime_client: RuntimeClient = RuntimeClient.AUTO
    """What runs a function's handler; auto takes AWS's own client where it is installed."""
    function_memory_error: OutOfMemory = OutOfMemory.OUT_OF_MEMORY
    """The error of a function that needs more memory than it has."""
    function_idle: float = 300.0
    """Seconds of the wall clock after which an execution environment that is not used ends."""
    enforce_delivery_policies: bool = True
    """Whether EventBridge and SNS deliver only what the policy of the queue, topic or function allows, as AWS does."""
    check_requests: bool = True
    """Whether a request that breaks AWS's model of its operation is refused, as AWS refuses it, before it has an
    effect."""
    enforce_iam: bool = True
    """Whether a role may do only what its policies and those of resources allow; a key that belongs to no role may do
    everything that no policy of a resource denies to everybody."""
    http_counts_as_tls: bool = True
    """Whether requests over plain HTTP are taken as if they had come over TLS, which is all that AWS's endpoints lack
    here; otherwise policies that demand TLS deny them."""
    keep: int = 1000
    """How much history stays: the newest executions of a state machine, ended import jobs of a pool, noncurrent
    versions of an object, objects with a bucket's access log, log streams of functions, executions, and jobs in a
    group, ten times as many lines of a function, and resources of a role's action in the report on
    permissions. In AWS, quotas, lifecycle rules, and retention end them."""
    confirm_subscriptions: bool = True
    """Whether an email subscription counts as confirmed at once; otherwise the email in the outbox holds the token."""

    @property
    def outbox(self) -> Path:
        """The folder that receives every email as an .eml file."""
        return self.data_dir / "outbox"
