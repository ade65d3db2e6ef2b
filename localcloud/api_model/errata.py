"""Where botocore's service models are known to be wrong about requests, each with its source.

Only requests are checked. What is wrong about answers, such as the pattern of Cognito's CompletionMessageType, is for
those who check answers.
"""

from __future__ import annotations

from typing import Final

UNCHECKED_PATTERNS: Final = frozenset(
    {
        # Spelled in halves of UTF-16's pairs ("\uD800\uDC00-\uDBFF\uDFFF"), which no text in UTF-8 has.
        ("dynamodb", "AutoScalingRoleArn"),
    }
)
"""Service and shape."""
