"""What settings of the emulator can be set to, where that is more than a number or a text."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class JobScope(enum.Enum):
    """Within what at most one import job can be active: the 2016 guide says pool, every guide since 2021 account."""

    ACCOUNT = "account"
    POOL = "pool"


class Refusal(enum.Enum):
    """The error with which Cognito refuses to start or stop a job as things are: both classes are declared."""

    PRECONDITION = "PreconditionNotMetException"
    PARAMETER = "InvalidParameterException"


class RoleFailure(enum.Enum):
    """What fails when the logs role of a job cannot be used: the start, or the started job."""

    START = "start"
    JOB = "job"


class BirthdateForm(enum.Enum):
    """How the birthdate of an imported user is stored: as in the file, or as the attribute is documented."""

    FILE = "mm/dd/yyyy"
    ATTRIBUTE = "YYYY-MM-DD"


class PoolKeyDenial(enum.Enum):
    """The error of Cognito where the key of a user pool does not admit the caller."""

    ACCESS_DENIED = "AccessDeniedException"
    NOT_AUTHORIZED = "NotAuthorizedException"


class OutOfMemory(enum.Enum):
    """The error of a function that needs more memory than it has: both names have been seen."""

    OUT_OF_MEMORY = "Runtime.OutOfMemory"
    EXIT = "Runtime.ExitError"


class MalwareAnswer(enum.Enum):
    """What GuardDuty finds in a new object: by its content, never anything at all, or always the same status.

    https://docs.aws.amazon.com/guardduty/latest/ug/monitoring-malware-protection-s3-scans-gdu.html
    """

    BY_CONTENT = "by_content"
    NEVER = "never"
    NO_THREATS_FOUND = "NO_THREATS_FOUND"
    THREATS_FOUND = "THREATS_FOUND"
    UNSUPPORTED = "UNSUPPORTED"
    ACCESS_DENIED = "ACCESS_DENIED"
    FAILED = "FAILED"


class OddPoolLog(enum.Enum):
    """Where the import log of a pool is whose name has characters that a log group's name cannot have.

    Each such character of the pool's name is replaced, or there is no log.
    """

    DASHES = "dashes"
    UNDERSCORES = "underscores"
    NOWHERE = "nowhere"


class RuntimeClient(enum.Enum):
    """What runs a function's handler: AWS's own client, which is made for Linux only, or the one of localcloud."""

    AUTO = "auto"
    AWSLAMBDARIC = "awslambdaric"
    BOOTSTRAP = "bootstrap"


class HashColumn(enum.Enum):
    """What a pool does with the column password_hash: "template includes" it, says AWS, and shows one without."""

    LISTED = "listed"
    """GetCSVHeader names it."""
    TAKEN = "taken"
    """GetCSVHeader does not name it, and a file may have it all the same."""
    REFUSED = "refused"
    """A job whose file has it fails."""


class RatedCalls(enum.Enum):
    """Whose requests to Cognito count against its rates."""

    ALL = "all"
    """As in AWS."""
    ROLES = "roles"
    """Those of functions and state machines, not those of an operator."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class HashColumns:
    """What each pool does with the column, by the pool's name."""

    said: str = HashColumn.REFUSED.value

    def __post_init__(self) -> None:
        self.of("")

    def of(self, name: str) -> HashColumn:
        """What the pool of this name does. Raises ValueError for a word that is none."""
        entries = [entry.strip().rpartition("=") for entry in self.said.split(",")]
        words = {of: HashColumn(word) for of, _, word in entries}
        return words.get(name) or words.get("", HashColumn.REFUSED)

    def __str__(self) -> str:
        return self.said


class Pbkdf2Form(enum.Enum):
    """How salt and hash of PBKDF2 may be written."""

    PASSLIB = "passlib"
    BASE64 = "base64"
    ANY = "any"


class RepeatedAlias(enum.Enum):
    """What happens to a second user with the same alias: AWS says that only one account can have it verified."""

    FAIL = "fail"
    SKIP = "skip"
    MOVE = "move"


class ResetSrp(enum.Enum):
    """What SRP says to a user who must reset the password: what AWS documents for every flow, or what clients saw."""

    DOCUMENTED = "documented"
    """PasswordResetRequiredException, or NotAuthorizedException where the app client hides who exists."""
    INVALID = "invalid"
    """InvalidParameterException."""


class HashedSrp(enum.Enum):
    """Where SRP is refused to a user whose imported hash has not become a password yet: AWS says that it is."""

    START = "start"
    PROOF = "proof"


class UnsetSms(enum.Enum):
    """What a reset does where a code would go by SMS, and the pool has no SmsConfiguration."""

    REFUSED = "refused"
    """The error that other calls give, which clients have seen."""
    EMAIL = "email"
    """The code goes to the verified email address, if there is one."""
