"""Patches of moto, one file for each gap, in services that are moto's own.

A file begins with what it guarantees and says which version of moto needs it. tests/localcloud/test_moto_patches.py
shows the gap in the version that is installed, and fails for a patch that is not needed any more.
"""

from __future__ import annotations

from localcloud.moto_patches import (
    bucket_names,
    bucket_policies,
    function_configuration,
    instance_offerings,
    kept_history,
    key_ids,
    key_usage,
    listed_users,
    log_group_names,
    log_memory,
    object_keys,
    object_listing,
    object_memory,
    object_times,
    parameter_values,
    part_numbers,
    policy_simulation,
    policy_sizes,
    queue_attributes,
    repeated_work,
    shared_code,
    table_requests,
    tracked_instances,
    user_times,
    users_in_any_case,
)

PATCHES = (
    bucket_names,
    bucket_policies,
    function_configuration,
    instance_offerings,
    kept_history,
    key_ids,
    key_usage,
    listed_users,
    log_group_names,
    log_memory,
    object_memory,
    object_times,
    object_keys,
    object_listing,
    parameter_values,
    part_numbers,
    policy_simulation,
    policy_sizes,
    queue_attributes,
    repeated_work,
    shared_code,
    table_requests,
    tracked_instances,
    user_times,
    users_in_any_case,
)


def install() -> None:
    """Patch moto; calling it again changes nothing."""
    for patch in PATCHES:
        patch.install()
