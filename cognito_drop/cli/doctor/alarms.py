"""Whether the alarms notify: drift detection compares only what the template declares, and it leaves that out.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableAlarmActions.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cognito_drop.cli.doctor.deployed_template import DeployedTemplate
from cognito_drop.cli.doctor.finding import Finding, error

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context

_AT_ONCE: Final = 100
"""Names of a call of DescribeAlarms, which may answer with fewer alarms and a token."""


def alarm_findings(context: Context) -> list[Finding]:
    """The stack's alarms whose actions are off, without those that are declared so."""
    template, found = DeployedTemplate.read(context), list[Finding]()
    names = [
        template.ids[name]
        for name, properties in template.of("AWS::CloudWatch::Alarm")
        if "ActionsEnabled" not in properties  # otherwise it is drift
    ]
    describe = context.aws.cloudwatch.get_paginator("describe_alarms")
    for start in range(0, len(names), _AT_ONCE):
        pages = describe.paginate(AlarmNames=names[start : start + _AT_ONCE])
        for alarm in (alarm for page in pages for alarm in page["MetricAlarms"]):
            if not alarm["ActionsEnabled"]:
                name = alarm["AlarmName"]
                message = f"The actions of the alarm {name} are disabled: it sends no notifications."
                command = f"aws cloudwatch enable-alarm-actions --alarm-names {name}"
                found.append(error("alarm_silent", message, "Enable them:", command=command))
    return found
