"""`cognito-drop check`: the very preflight of the pipeline, on this machine, without a job or an upload."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cognito_drop.cli.base_command import operator_command
from cognito_drop.cli.chosen_pool import chosen_pool
from cognito_drop.cli.file_check import check_file
from cognito_drop.cli.files import readable_file
from cognito_drop.cli.options import pool_file_option, pool_or_id_option
from cognito_drop.cli.preset_choice import preset_option, read_as
from cognito_drop.cli.saved_check import SavedRows
from cognito_drop.contract.object_keys import LEFT_BEHIND, NO_WAY_IN, RETRY
from cognito_drop.core.rows import HashAlgorithm, HashPolicy, Pbkdf2Form
from cognito_drop.core.rows.local_phone import PHONE_REGION_FORM, is_phone_region
from cognito_drop.core.rows.options import BadOptionalValues, UnknownColumns
from cognito_drop.core.runs.drop import is_retry_name

if TYPE_CHECKING:
    from cognito_drop.cli.base_command import Context
    from cognito_drop.cli.preset_choice import PresetChoice
    from cognito_drop.cli.result import Result

_NO_HASHES = "none"


def _phone_region(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_phone_region(value):
        raise click.BadParameter(f"{value!r} is not {PHONE_REGION_FORM}.")
    return value


@operator_command("check")
@click.argument("file", type=click.Path(path_type=Path))
@pool_or_id_option
@pool_file_option
@click.option(
    "--password-hashes",
    type=click.Choice([*sorted(HashAlgorithm), _NO_HASHES]),
    multiple=True,
    help="Algorithm of the column password_hash, once for each; none leaves the column out.",
)
@click.option("--pbkdf2-form", type=click.Choice(list(Pbkdf2Form)), help="Format of PBKDF2 hashes.")
@click.option("--leave-out-unknown-columns", is_flag=True, help="Leave out columns that the pool does not have.")
@click.option(
    "--leave-out-bad-optional-values",
    is_flag=True,
    help="Leave out invalid values that the pool does not require.",
)
@click.option(
    "--phone-region",
    metavar="REGION",
    callback=_phone_region,
    help="Read phone numbers without a country code as numbers of this region, such as DE.",
)
@click.option(
    "--save",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help=f"Save what Cognito would be given (part-1.csv …), rejected.csv, {RETRY}, {LEFT_BEHIND}, and {NO_WAY_IN} in "
    "DIR.",
)
@click.option("--overwrite", is_flag=True, help="Replace the files of an earlier check in the directory.")
@preset_option
def check(
    context: Context,
    *,
    file: Path,
    pool: str | None,
    pool_file: Path | None,
    password_hashes: tuple[str, ...],
    pbkdf2_form: str | None,
    preset: PresetChoice,
    leave_out_unknown_columns: bool,
    leave_out_bad_optional_values: bool,
    phone_region: str | None,
    save: Path | None,
    overwrite: bool,
) -> Result:
    """Check a file without importing it.

    Reports the outcome that each row of FILE would have, using the same code as the stack.

    With an alias, FILE is judged as a drop there, with the settings of the deployed stack; otherwise no stack is
    needed, and an export from another system is recognized by its contents.
    A sample of the users is looked up in the pool, without making them active.
    Exit code 0: all rows can be imported. 1: some would be rejected or skipped. 2: the file cannot be used.

    \b
    Examples:
      cognito-drop check users.csv --pool people
      cognito-drop check users.csv --pool eu-west-1_AbCdEf123
      cognito-drop check users.csv --pool-file pool.json --output json
      cognito-drop check auth0.ndjson --preset auth0 --pool people
      cognito-drop check users.csv --pool-file pool.json --save checked/
      cognito-drop check export.json --preset auto --pool people
    """
    readable_file(file)
    source = chosen_pool(context, pool, pool_file)
    source = replace(source, hashes=_hashes(source.hashes, password_hashes, pbkdf2_form))
    if leave_out_unknown_columns:
        source = replace(source, options=replace(source.options, unknown_columns=UnknownColumns.LEAVE_OUT))
    if leave_out_bad_optional_values:
        source = replace(source, options=replace(source.options, bad_optional_values=BadOptionalValues.LEAVE_OUT))
    if phone_region is not None:
        source = replace(source, options=replace(source.options, phone_region=phone_region))
    source = replace(source, options=replace(source.options, is_retry=is_retry_name(file.name)))
    reading = read_as(file, source, preset)
    saving = SavedRows(save, file, overwrite=overwrite) if save else None
    return check_file(context, file, source, reading, saving).result()


def _hashes(policy: HashPolicy, algorithms: tuple[str, ...], form: str | None) -> HashPolicy:
    """The pool's policy with what the options say instead."""
    form = form or policy.pbkdf2_form
    if not algorithms:
        return replace(policy, pbkdf2_form=Pbkdf2Form(form))
    return HashPolicy.of([name for name in algorithms if name != _NO_HASHES], form)
