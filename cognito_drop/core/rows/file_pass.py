"""The one pass over the rows of a file: good rows in runs at C speed, the others one by one.

Guarantees that every row is either written to a part or rejected, in the order of the file, and that the outcome does
not hang on how the file was cut into blocks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from cognito_drop.core.rows.detection import evidence
from cognito_drop.core.rows.dialect import MAX_RECORD_BYTES, Quoting
from cognito_drop.core.rows.duplicates import LookAlikes, Users
from cognito_drop.core.rows.fast_rows import NOT_ACCEPTED, FastRows
from cognito_drop.core.rows.groups import SEPARATOR, Member, group_names
from cognito_drop.core.rows.other_header import OtherHeaderError, is_other_header
from cognito_drop.core.rows.parts import PartWriter
from cognito_drop.core.rows.password_hash import HASH_START, algorithm_of
from cognito_drop.core.rows.placeholders import Placeholders
from cognito_drop.core.rows.pool_rules import PASSWORD_HASH, USERNAME
from cognito_drop.core.rows.preflight_report import PreflightTally, Sample
from cognito_drop.core.rows.reading import is_commented_out
from cognito_drop.core.rows.rejection import BY_MAPPING, Fault, RejectionCode
from cognito_drop.core.rows.rewriting import to_cognito_lines, with_line_feeds
from cognito_drop.core.rows.row_check import RowCheck, written
from cognito_drop.core.rows.way_count import WayCount
from cognito_drop.core.rows.window import Window
from cognito_drop.core.rows.window_lines import too_long
from cognito_drop.core.rows.window_records import WindowRecords
from cognito_drop.core.rows.wording import rejection
from cognito_drop.core.text.invisible import visible_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cognito_drop.core.rows.blocks import Block
    from cognito_drop.core.rows.dialect import Dialect
    from cognito_drop.core.rows.layout import Layout
    from cognito_drop.core.rows.options import Options
    from cognito_drop.core.rows.pool_rules import PoolRules
    from cognito_drop.core.rows.sink import Sink


class FilePass:
    """The state of the pass. `line` is the physical line of the file that comes next; `width` is the number of fields
    by which broken records are known, 0 where no record can be broken."""

    def __init__(
        self, layout: Layout, rules: PoolRules, dialect: Dialect, options: Options, sink: Sink, *, line: int, width: int
    ) -> None:
        self.dialect = dialect
        self._width = width
        self._names = frozenset(filter(None, layout.given))
        self.tally = PreflightTally(options.first_lines)
        self._placeholders = Placeholders(layout.in_file, self.tally.placeholders, self.tally.damaged)
        self.sample = Sample(options.sample_size)
        self.parts = PartWriter(layout.header, options, sink, rules.hashes.algorithms)
        self._layout, self._sink = layout, sink
        self._check = RowCheck(rules, layout, options)
        self._fast = FastRows(
            layout.in_file,
            rules,
            options.aliases(rules),
            options.ways,
            requires_way_in=options.requires_way_in,
            has_comments=bool(width),
        )
        self._ways = WayCount(self.tally.ways, sink)
        self._options = options
        self._is_known = options.is_known
        self._passwords_in = counts_passwords(layout)
        self._algorithm_at = algorithm_at(layout) if len(rules.hashes.algorithms) > 1 else None
        self._folds = not rules.is_case_sensitive
        self._users = Users()
        self._look_alikes = LookAlikes(self._users)
        self._suffix = b"," * len(layout.added) + b"\n"
        self._blanks = [""] * len(layout.added)
        self._rest = b""
        self.line = line

    @property
    def lines_seen(self) -> int:
        """The physical lines of the file that were taken."""
        return self.line - 1 + self._rest.count(b"\n")

    def take(self, block: Block) -> None:
        """Deal with the next block of the file."""
        if block.is_oversized:
            self._take_lines(self._rest, is_last=True)
            self._rest = b""
            self.reject(self.line, too_long())
            self.line += 1
            return
        self.take_lines(with_line_feeds(block.data, self.dialect.line_end))

    def take_lines(self, data: bytes) -> None:
        """Deal with whole lines that end in line feeds."""
        seen = visible_bytes(data)
        self.tally.count_invisible(len(data) - len(seen))
        data = seen
        self._placeholders.count(data, self.dialect)
        self._rest = self._take_lines(self._rest + data if self._rest else data, is_last=False)

    def take_values(self, values: list[str], line: int) -> None:
        """Deal with one row of which the values were read elsewhere; it comes after all that were taken before."""
        if faults := self._finalize(values, line):
            self.reject(line, *faults)

    def reject(self, line: int, *faults: Fault) -> None:
        """Reject the row that starts here for all these faults; rows come in the order of the file."""
        self.tally.reject(line, faults)
        for fault in faults:
            self._sink.rejected(rejection(line, fault))

    def shut_out(self, given: Sequence[str], line: int) -> int:
        """Let in no user with a key of this one, who is on `line`; the line of one who was accepted before, else 0."""
        values = [given[place] for place in self._layout.places] + self._blanks
        self._check.identify(values)
        keys = self._check.keys(values)
        keys += [key for _, key in self._check.aliases(values) if key]
        return self._users.shut_out([key.encode(errors="surrogatepass") for key in keys], line)

    def finish(self) -> None:
        """Deal with what waited for more, and end the last part."""
        self._take_lines(self._rest, is_last=True)
        self._rest = b""
        self.parts.end()

    def _take_lines(self, data: bytes, *, is_last: bool) -> bytes:
        """Deal with whole lines; return those at the end that need more to be understood."""
        if not data:
            return b""
        self._decide_quoting(data)
        window = Window(data, to_cognito_lines(data, self.dialect), self._fast)
        records = WindowRecords(window, self.dialect, self._width, is_last=is_last)
        at = 0
        while True:
            bad = window.next_bad(at)
            if bad > at:
                stop = records.end_of_run(bad)
                self._take_run(window, at, stop)
                at = stop
            if at == window.count:
                break
            length = self._take_record(window, records, at)
            if not length:
                self.line += at
                return window.rest(at)
            at += length
        self.line += window.count
        return b""

    def _decide_quoting(self, data: bytes) -> None:
        """Until a row says which of the two a file has, quotation marks or escaped commas, both read the same."""
        if self.dialect.quoting is not Quoting.NONE or (b'"' not in data and b"\\," not in data):
            return
        for line in data.split(b"\n"):
            if (b'"' in line or b"\\," in line) and len(line) <= MAX_RECORD_BYTES:
                said = evidence(line)
                if said is not Quoting.NONE:
                    self.dialect = replace(self.dialect, quoting=said)
                    return

    def _take_run(self, window: Window, start: int, stop: int) -> None:
        """Accept rows that break no rule, but for users who came before."""
        while start < stop:
            end = self._claim(window, start, stop)
            if end > start and self._is_known:
                self._accept_unknown(window, start, end)
            elif end > start:
                self._accept_run(window, start, end)
            if end < stop and (fault := self._taken(*self._keys_in(window, end), self.line + end)):
                self.reject(self.line + end, fault)
            start = end + 1

    def _claim(self, window: Window, start: int, stop: int) -> int:
        """Remember the users up to the first who came before, and where that one stands."""
        if window.has_one_key:
            return self._users.claim_run(window.keys(folds=self._folds), start, stop, self.line + start)
        for at in range(start, stop):
            names, aliases = self._keys_in(window, at)
            if self._users.claim([*names, *(key for _, key in aliases)], self.line + at):
                return at
        return stop

    def _keys_in(self, window: Window, at: int) -> tuple[list[bytes], list[tuple[str, bytes]]]:
        """What no other user may have: usernames, and verified values with their attributes."""
        return window.names(at, folds=self._folds), window.aliases(at, folds=self._folds)

    def _taken(self, names: list[bytes], aliases: list[tuple[str, bytes]], line: int) -> Fault | None:
        """Remember the user, or say what of it an earlier one has. No username looks like an alias of its pool."""
        if not (taken := self._users.claim([*names, *(key for _, key in aliases)], line)):
            return None
        if taken < 0:
            return Fault(RejectionCode.USER_SHUT_OUT, found=-taken)
        for name, key in aliases if not self._users.line_of(names) else ():
            if found := self._users.line_of([key]):
                by = BY_MAPPING if f"{name}_verified" in self._options.fixed else ""
                return Fault(RejectionCode.ALIAS_TAKEN, name, by, found)
        return Fault(RejectionCode.DUPLICATE, USERNAME, found=taken)

    def _accept_unknown(self, window: Window, start: int, stop: int) -> None:
        """Accept rows of a run whose users are not known to be in the pool."""
        at = start
        for each in range(start, stop):
            if self._knows(window.names(each, folds=self._folds)):
                if each > at:
                    self._accept_run(window, at, each)
                self._pass_by(self.line + each)
                if window.groups and window.groups[each]:
                    names = window.groups[each].decode().split(SEPARATOR)
                    self._pass_groups(self.line + each, None, window.usernames[each], list(dict.fromkeys(names)))
                at = each + 1
        if stop > at:
            self._accept_run(window, at, stop)

    def _knows(self, keys: list[bytes]) -> bool:
        return self._is_known is not None and any(map(self._is_known, keys))

    def _pass_by(self, line: int) -> None:
        self.tally.known += 1
        self._sink.known(line)

    def _accept_run(self, window: Window, start: int, stop: int) -> None:
        self.sample.see(window.usernames, start, stop, self.tally.accepted)
        groups = window.groups if window.groups and any(window.groups[start:stop]) else None
        if groups:
            self._pass_groups_of_run(window.usernames, groups, start, stop)
        self.tally.accepted += stop - start
        if self._fast.ways:
            self._ways.add_run(self._fast.ways, window.marks(start, stop), self.line + start)
        text = self._fast.kept(window.text(start, stop), has_groups=groups is not None)
        if self._passwords_in:
            self.tally.with_password += self._passwords_in(text)
        if self._layout.added:
            text = text.replace(b"\n", self._suffix)
        if self._algorithm_at:
            self._add_by_algorithm(text, self._algorithm_at, self.line + start)
        else:
            self.parts.add(text, stop - start, self.line + start)

    def _add_by_algorithm(self, text: bytes, algorithm_at: re.Pattern[bytes], line: int) -> None:
        """Add rows in Cognito's dialect whose hashes may be of several algorithms."""
        starts, lines, at = algorithm_at.findall(text), text.split(b"\n"), 0
        for algorithm, rows in groupby(algorithm_of(start.decode()) for start in starts):
            end = at + sum(1 for _ in rows)
            self.parts.add(b"\n".join(lines[at:end]) + b"\n", end - at, line + at, algorithm)
            at = end

    def _take_record(self, window: Window, records: WindowRecords, at: int) -> int:
        """Deal with the record that starts in this line; how many lines it took, 0 when they are not all there."""
        if window.usernames[at] == NOT_ACCEPTED and records.is_blank(at):
            self.tally.blank_lines += 1
            return 1
        length = records.lines_from(at)
        if length == 1 and window.usernames[at] != NOT_ACCEPTED:
            self._take_run(window, at, at + 1)
        elif length:
            own, given = records.take(at)
            if length > own:
                given = Fault(RejectionCode.WRONG_FIELD_COUNT, bound=str(self._width), found=records.odd_fields)
            faults = [given] if isinstance(given, Fault) else self._finalize(given, self.line + at)
            if faults:
                self.reject(self.line + at, *faults)
        return length

    def _finalize(self, given: list[str], line: int) -> list[Fault]:
        """Accept the row with these values, or say all that is wrong with it."""
        layout = self._layout
        if fault := self._no_user(given):
            return [fault]
        values = [given[place] for place in layout.places] + self._blanks
        faults = self._check.finalize(values)
        text = written(values)
        if isinstance(text, Fault):
            faults.append(text)
        names = group_names(given[layout.groups]) if layout.groups is not None else []
        if isinstance(names, Fault):
            faults.append(names)
        if layout.nameless and any(given[place].strip() for place in layout.nameless):
            faults.append(Fault(RejectionCode.VALUE_WITHOUT_COLUMN))
        if faults or isinstance(text, Fault) or isinstance(names, Fault):
            return self._unless_header(given, line) or faults
        spelled = self._check.keys(values)
        keys = [key.encode() for key in spelled]
        aliases = [(name, value.encode()) for name, value in self._check.aliases(values)]
        if fault := self._taken(keys, aliases, line):
            return [fault]
        self.tally.resembles(line, self._look_alikes.line_of(spelled, line))
        username, is_known = self._check.username(values).encode(), self._knows(keys)
        if names:
            self._pass_groups(line, None if is_known else self.tally.accepted, username, names)
        if is_known:
            self._pass_by(line)
            return []
        for fault in self._check.left_out:
            self.tally.leave_out(line, fault)
            self._sink.left_out(rejection(line, fault))
        self.sample.see([username], 0, 1, self.tally.accepted)
        self.tally.accept(self._check.normalized)
        self.tally.with_password += self._check.has_password(values)
        self._ways.add(self._check.way_in(values), line)
        self.parts.add(text, 1, line, self._check.hash_algorithm(values) if self._algorithm_at else None)
        return []

    def _unless_header(self, given: list[str], line: int) -> list[Fault]:
        """The fault of a row that is the header once more; none of another row. Raises OtherHeaderError."""
        if self._layout.is_header(given):
            return [Fault(RejectionCode.ROW_IS_HEADER)]
        if is_other_header(given, self._names):
            raise OtherHeaderError(line)
        return []

    def _no_user(self, given: list[str]) -> Fault | None:
        """Why these are not the values of a user at all."""
        if self._width and is_commented_out(given):
            return Fault(RejectionCode.COMMENTED_OUT)
        if len(given) != self._layout.width:
            return Fault(RejectionCode.WRONG_FIELD_COUNT, bound=str(self._layout.width), found=len(given))
        return None

    def _pass_groups_of_run(self, usernames: list[bytes], groups: list[bytes], start: int, stop: int) -> None:
        for at in range(start, stop):
            if groups[at]:
                names = list(dict.fromkeys(groups[at].decode().split(SEPARATOR)))
                self._pass_groups(self.line + at, self.tally.accepted + at - start, usernames[at], names)

    def _pass_groups(self, line: int, place: int | None, username: bytes, names: list[str]) -> None:
        """Hand on the groups of a row that has this place among those that are accepted; None for a known user."""
        allowed = list(filter(self._options.allows_group, names))
        self.tally.put_in_groups(names, allowed, is_known=place is None)
        self._sink.member(Member(line, place, username.decode(), tuple(names)))


def counts_passwords(layout: Layout) -> Callable[[bytes], int] | None:
    """What counts the rows of a text that have the hash of a password: the text of a part but for the columns that are
    added."""
    password_at = _password_start(layout, rb"[^,\n]")
    if password_at is None:
        return None
    if layout.columns[len(layout.places) - 1].name == PASSWORD_HASH:  # as nearly always
        return lambda text: text.count(b"\n") - text.count(b",\n")
    return lambda text: len(password_at.findall(text))


def algorithm_at(layout: Layout) -> re.Pattern[bytes] | None:
    """An expression that a row of a part matches once, from its start, with a group for the start of its hash."""
    return _password_start(layout, rb"([^,\n]{0,%d})" % HASH_START)


def _password_start(layout: Layout, start: bytes) -> re.Pattern[bytes] | None:
    names = [column.name for column in layout.columns]
    if PASSWORD_HASH not in names[: len(layout.places)]:
        return None
    before = rb"(?:[^,\\\n]*+(?:\\,[^,\\\n]*+)*+,)" + b"{%d}" % names.index(PASSWORD_HASH)
    return re.compile(rb"(?m)^" + before + start)
