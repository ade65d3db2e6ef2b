"""The protocol, and ways of weakening it: each leaves one piece out, to see that the piece is needed.

A variant that the explorations do not catch would mean that a piece is useless, or that the model is blind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Protocol:
    """The product's protocol by its pieces, all of them in force."""

    asks_lock: bool = True
    """The lock is granted only while no run holds it."""
    keeps_lock_on_abort: bool = True
    """An execution that is aborted leaves the lock with its run until the run's job is known to be over."""
    leases: bool = True
    """A created job counts as over only when no call can start it any more."""
    token_rises: bool = True
    """A call that comes late does not put the lease of a later call back."""
    lease_outlives_doubt: bool = True
    """A call whose request failed without an answer does not lift its lease: the request may be on its way."""
    closes: bool = True
    """No job is recorded and no call begins once the import is being ended."""
    passes_what_it_ended: bool = True
    """A run whose import was being ended goes by Release lock when it comes again."""
    asks_ledger: bool = True
    """What the ledger notes of a part's job decides whether one is created."""
    notes_before_start: bool = True
    """A job's id is in the ledger before it is started."""
    notes_if_unchanged: bool = True
    """A job is recorded only in place of the one that the call has read."""
    notes_if_newest: bool = True
    """A job is recorded only by the call that has begun last."""
    replaces_when_alone: bool = True
    """A job is not replaced while another call that knows it may act."""
    keeps_first_file: bool = True
    """What preflight has found first stays, whatever a later call finds."""
    accepts_once: bool = True
    """An event that comes again does not write the run's item again."""
    marks_last: bool = True
    """The run is marked as ended after the notification was published."""
    sweeps: bool = True
    """The sweep comes."""
    finalizes_what_it_found: bool = True
    """A sweep asks for the execution after the one that it has found dead, and for no later one."""
    polls_slowly: bool = True
    """An execution that sleeps looks by itself now and then."""
    wakes_again: bool = True
    """The sweep wakes a run that has the lock and sleeps."""
    polls_queue: bool = True
    """Wait for lock sees that the run has the lock already."""
    held_leave_queue: bool = True
    """A run that is held has no entry in the queue."""
    releases_held: bool = True
    """The sweep puts a held run back into the queue, and so does the run itself when its hold is due."""
    reads_scanned: bool = True
    """Preflight reads no file without the result of its malware scan."""
    ends_scan_wait: bool = True
    """The sweep starts a run whose scan has no result in time."""
    stops_for_good: bool = True
    """A stop of a run that waits for its scan also keeps it from starting a job."""
    asks_for_decision: bool = True
    """Start import starts no job of the rest while it needs a decision."""
    frees_while_undecided: bool = True
    """A run that waits for a decision gives the lock back."""
    holds_undecided: bool = True
    """Only a run that was not continued gives the lock back and waits."""
    grants_unheld: bool = True
    """The lock is not granted to a run that has been held since its queue entry was read."""
    enqueues_decided: bool = True
    """Wait for lock does not put a run back that has begun to wait for a decision since it was read."""
    refuses_unimported: bool = True
    """A file is refused as a whole only while no job of it is recorded."""
    frees_unneeded: bool = True
    """The sweep frees no lock whose holder is importing by now."""
    keeps_decision_hold: bool = True
    """Neither the gate nor the sweep puts another hold, or none, in place of the wait for a decision."""
    ends_decision_wait: bool = True
    """A run that is not continued in time is stopped."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A weakened protocol, and the invariant that falls with it."""

    protocol: Protocol
    breaks: str
    """The invariant that falls first."""
    shows: str
    files: int = 1
    faults: int = 2
    """What is explored: enough to see it."""
    holds: bool = False
    """Whether the first file's pool may be held."""
    scans: bool = False
    """Whether it asks for malware scans."""
    decides: bool = False
    """Whether its file is of two parts, and too many rows of the first one may fail."""


VARIANTS: Mapping[str, Variant] = {
    "no lock": Variant(Protocol(asks_lock=False), "I1", "without the lock two runs import at once", files=2, faults=1),
    "free on abort": Variant(
        Protocol(keeps_lock_on_abort=False), "I1", "the end of an execution is not the end of its job"
    ),
    "no lease": Variant(
        Protocol(leases=False), "I1", "a call that outlives its caller starts a job that was taken for dead"
    ),
    "lease put back": Variant(
        Protocol(token_rises=False), "I1", "a call that comes late must not shorten the lease of the one after it"
    ),
    "lease lifted in doubt": Variant(
        Protocol(lease_outlives_doubt=False), "I1", "a request without an answer may still be on its way to Cognito"
    ),
    "no closing barrier": Variant(
        Protocol(closes=False), "I1", "without the barrier a job is recorded after its run was found to have none"
    ),
    "late preflight overwrites": Variant(
        Protocol(keeps_first_file=False),
        "I1",
        "a run that imports must not be declared unusable by a late check",
        faults=3,
    ),
    "report at once": Variant(
        Protocol(passes_what_it_ended=False),
        "I1",
        "a run that died while it released the lock may still have an active job when it comes again",
    ),
    "blind create": Variant(Protocol(asks_ledger=False), "I2", "a repeated call must read the job that is recorded"),
    "start before persist": Variant(
        Protocol(notes_before_start=False), "I1", "the end of a job that was started and not recorded is unknown"
    ),
    "unconditional note of a job": Variant(
        Protocol(notes_if_unchanged=False, notes_if_newest=False),
        "I2",
        "two calls at once must not each have a job of their own",
    ),
    "overtaken call replaces": Variant(
        Protocol(notes_if_newest=False), "I2", "a call that was overtaken must not replace the job of the one after it"
    ),
    "replace at once": Variant(
        Protocol(replaces_when_alone=False), "I2", "a job must not be replaced while a call may yet start it"
    ),
    "accept again": Variant(Protocol(accepts_once=False), "I1", "an event that comes again must not reset the ledger"),
    "mark before publish": Variant(Protocol(marks_last=False), "I3", "a crash between the two would notify no one"),
    "finalize the newest": Variant(
        Protocol(finalizes_what_it_found=False), "I3", "of two sweeps at once only one may ask for another execution"
    ),
    "no sweep": Variant(Protocol(sweeps=False), "I5", "nothing else comes back to what was lost or has died"),
    "neither slow poll nor resend": Variant(
        Protocol(polls_slowly=False, wakes_again=False), "I5", "a wake-up that gets lost would be waited for for ever"
    ),
    "no slow poll": Variant(
        Protocol(polls_slowly=False),
        "I5",
        "the ledger may have a dead execution's token: the sweep's wake-up alone does not help",
    ),
    "no poll after queuing": Variant(
        Protocol(polls_queue=False),
        "I5",
        "a run that got the lock while nothing listened must continue by itself",
    ),
    "held at the head": Variant(
        Protocol(held_leave_queue=False),
        "I5",
        "a held run at the head of the queue would hold the runs of other pools",
        files=2,
        faults=0,
        holds=True,
    ),
    "no release": Variant(
        Protocol(releases_held=False), "I5", "a run must come back when its hold has ended", faults=1, holds=True
    ),
    "read unscanned": Variant(
        Protocol(reads_scanned=False),
        "scan",
        "an execution may start without a result, so preflight must ask for it",
        faults=1,
        scans=True,
    ),
    "no end of the wait": Variant(
        Protocol(ends_scan_wait=False), "I5", "the event of a scan may never come", faults=1, scans=True
    ),
    "stop without closing": Variant(
        Protocol(stops_for_good=False),
        "stop",
        "the scan may have come and started the execution when the run is stopped",
        faults=1,
        scans=True,
    ),
    "rest at once": Variant(
        Protocol(asks_for_decision=False),
        "decision",
        "the rest must not be started before the run has waited for a decision",
        faults=0,
        decides=True,
    ),
    "lock kept while undecided": Variant(
        Protocol(frees_while_undecided=False),
        "wait",
        "the runs of other pools would wait for the decision too",
        faults=0,
        decides=True,
    ),
    "no end of the decision": Variant(
        Protocol(ends_decision_wait=False), "I5", "an operator may never decide", faults=0, decides=True
    ),
    "held again": Variant(
        Protocol(holds_undecided=False),
        "I1",
        "a late call must not release the lock of a run that was continued",
        decides=True,
    ),
    "late grant": Variant(
        Protocol(grants_unheld=False),
        "decision",
        "a run waits twice: an entry that was read in its first wait must not give it the lock in the second one",
        faults=1,
        decides=True,
    ),
    "late entry": Variant(
        Protocol(enqueues_decided=False),
        "decision",
        "a late call of its first wait must not put the run back into the queue",
        faults=1,
        decides=True,
    ),
    "late release of a hold": Variant(
        Protocol(keeps_decision_hold=False),
        "decision",
        "a sweep that has read another hold of the run must not end its wait for a decision",
        holds=True,
        decides=True,
    ),
    "late refusal": Variant(
        Protocol(refuses_unimported=False),
        "refusal",
        "a call that has read the run before its import must not refuse its file as one of which no row is imported",
        holds=True,
        decides=True,
    ),
    "late repair": Variant(
        Protocol(frees_unneeded=False),
        "I1",
        "a sweep that has found the run waiting must not free the lock that it has got again",
        decides=True,
    ),
}
