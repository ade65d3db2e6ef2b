"""Where the rows go: what the preflight passes to the storing code, in the order of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cognito_drop.contract.ways_in import NoWayIn
    from cognito_drop.core.rows.groups import Member
    from cognito_drop.core.rows.part import Part
    from cognito_drop.core.rows.rejection import Rejection


class Sink(Protocol):
    """Takes parts and rejected rows. When the report has a problem, what came before is to be thrown away."""

    def part_bytes(self, number: int, block: bytes) -> None:
        """Take the next bytes of this part, the header first; about half a megabyte or more at once. Parts of several
        algorithms are under way at once."""

    def end_part(self, part: Part) -> None:
        """This part is complete. Its algorithm is known when all parts are."""

    def in_lane(self, lane: int, rows: int) -> None:
        """So many accepted rows are in this lane; called in the order of the file where it has more than one lane.

        The lanes are numbered from 0 by their first parts; the parts of a lane hold its rows in the order of the file.
        """

    def rejected(self, row: Rejection) -> None:
        """Take a rejected row, once for each of its faults; these come in the order of the file."""

    def left_out(self, value: Rejection) -> None:
        """Take the place of a value that was left out of an accepted row, and why; in the order of the file."""

    def known(self, line: int) -> None:
        """Take the line of a row whose user is known to be in the pool; these come among the rejected ones."""

    def no_way_in(self, lines: Sequence[int], reason: NoWayIn) -> None:
        """Take the lines of accepted rows whose users have no way to sign in for this reason; each comes once, in the
        order of the file."""

    def member(self, member: Member) -> None:
        """Take an accepted or known user who is to be in groups; these come in the order of the file."""


class NoSink:
    """Keeps nothing: for a check whose report is all that is wanted."""

    def part_bytes(self, number: int, block: bytes) -> None:
        """Let it go."""

    def end_part(self, part: Part) -> None:
        """Let it go."""

    def in_lane(self, lane: int, rows: int) -> None:
        """Let it go."""

    def rejected(self, row: Rejection) -> None:
        """Let it go."""

    def left_out(self, value: Rejection) -> None:
        """Let it go."""

    def known(self, line: int) -> None:
        """Let it go."""

    def no_way_in(self, lines: Sequence[int], reason: NoWayIn) -> None:
        """Let it go."""

    def member(self, member: Member) -> None:
        """Let it go."""
