"""SQS event source mappings: one poller a mapping receives batches and invokes the function.

moto 5.2.5 invokes the function inside SendMessage, keeps deleted mappings alive, and knows neither partial failures,
batching windows nor concurrency. The seams are the three methods of `LambdaBackend` that keep mappings. Guaranteed:
batches by BatchSize and MaximumBatchingWindowInSeconds; what failed stays hidden for the queue's visibility timeout
and comes back (or goes to the dead-letter queue, by the queue's redrive policy); an idle poller sleeps on a bell and
costs nothing.

The function's role receives and deletes; a mapping whose role may not is refused, as in AWS.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, services-sqs-errorhandling.html,
services-sqs-scaling.html
"""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaBackend
from moto.awslambda.utils import get_backend
from moto.sqs.exceptions import QueueDoesNotExist, ReceiptHandleIsInvalid
from moto.sqs.models import sqs_backends
from moto.utilities.arns import parse_arn

from localcloud import functions
from localcloud.caller import Caller
from localcloud.cloud import current
from localcloud.delivery import queues, records
from localcloud.iam.access import AccessDeniedError, check_operation
from localcloud.iam.operations import Operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from moto.awslambda.models import EventSourceMapping
    from moto.sqs.models import Message, Queue

_LOG = logging.getLogger(__name__)
_MOST_PER_RECEIVE = 10
_AFTER_DENIAL = 10.0  # seconds of cloud time; a change of a policy rings no bell
_NEEDED = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
_pollers: dict[str, Poller] = {}


class Poller:
    """Polls one queue for one mapping, until the mapping is gone."""

    def __init__(self, account_id: str, region: str, mapping: EventSourceMapping) -> None:
        self._account_id, self._region, self._mapping = account_id, region, mapping
        self._arn = parse_arn(mapping.event_source_arn)
        self._bell = threading.Event()
        self._running = 0
        self._lock = threading.Lock()
        self._stopped = False
        queues.listen(mapping.event_source_arn, self._bell)
        threading.Thread(target=self._poll, name=f"localcloud-poller-{self._arn.resource_id}", daemon=True).start()

    def ring(self) -> None:
        """Look again: at the queue, and at the mapping."""
        self._bell.set()

    def stop(self) -> None:
        """End after what is running."""
        self._stopped = True
        queues.unlisten(self._mapping.event_source_arn, self._bell)
        self._bell.set()

    def idle(self) -> bool:
        """Whether no invocation runs and no message could be received."""
        queue = self._queue()
        return not self._running and not (self._mapping.enabled and queue is not None and queue.messages)

    def _poll(self) -> None:
        while True:
            self._bell.clear()
            if self._stopped:  # asked after the bell was cleared, so that its last ring is not missed
                return
            queue = self._queue()
            if queue is None or not self._mapping.enabled or self._running >= self._most():
                self._bell.wait()
            elif not self._may("ReceiveMessage"):
                self._rest(_AFTER_DENIAL)
            elif not self._take(queue):
                self._rest(queues.seconds_to_next(queue))

    def _take(self, queue: Queue) -> bool:
        """Receive a batch and let the function run; return whether there was one.

        From the receipt on the clock counts this as work: a fast one must not bring messages back before they are read.
        """
        clock = current().clock
        size, window = int(self._mapping.batch_size), float(self._mapping.max_batch_window or 0)
        with ExitStack() as work:
            work.enter_context(clock.working())
            batch = self._receive(queue, size)
            if not batch:
                return False
            if window and len(batch) < size:
                work.close()
                batch = self._gather(queue, batch, size, clock.now() + window)
                work.enter_context(clock.working())
            self._begin(batch, work.pop_all())
        return True

    def _queue(self) -> Queue | None:
        return sqs_backends[self._arn.account][self._arn.region].queues.get(self._arn.resource_id)

    def _most(self) -> int:
        scaling = self._mapping.scaling_config or {}
        return min(int(scaling.get("MaximumConcurrency") or 1000), current().settings.concurrency)

    def _rest(self, seconds: float | None) -> None:
        if seconds is None:
            self._bell.wait()
        else:
            # One millisecond more: moto shows a message after, not at, its moment.
            current().clock.wait(self._bell, seconds + 0.001)

    def _gather(self, queue: Queue, batch: list[Message], size: int, closes: float) -> list[Message]:
        while len(batch) < size and not self._stopped and (left := closes - current().clock.now()) > 0:
            self._bell.clear()
            more = self._receive(queue, size - len(batch))
            if not more:
                self._rest(min(left, queues.seconds_to_next(queue) or left))
            batch += more
        return batch

    def _receive(self, queue: Queue, most: int) -> list[Message]:
        backend = sqs_backends[self._arn.account][self._arn.region]
        timeout: int = queue.visibility_timeout  # type: ignore[attr-defined]
        try:
            received = backend.receive_message(queue.name, min(most, _MOST_PER_RECEIVE), 0, timeout, ["All"])
        except QueueDoesNotExist:
            return []
        taken = [message for message in received if records.wanted(message, self._mapping.filter_criteria)]
        self._delete(queue.name, [message for message in received if message not in taken])
        return taken

    def _begin(self, batch: list[Message], work: ExitStack) -> None:
        with self._lock:
            self._running += 1
        threading.Thread(target=self._run, args=(batch, work), name="localcloud-invocation", daemon=True).start()

    def _run(self, batch: list[Message], work: ExitStack) -> None:
        try:
            with work:
                done = self._invoke(batch)
                self._delete(self._arn.resource_id, done)
        except Exception:  # noqa: BLE001  (whatever broke, the messages come back and the poller goes on)
            _LOG.exception("The batch for %s was not processed; its messages come back.", self._mapping.function_arn)
        finally:
            with self._lock:
                self._running -= 1
            self._bell.set()

    def _invoke(self, batch: list[Message]) -> list[Message]:
        """Run the function and return the messages that it has dealt with."""
        payload = json.dumps(records.event(batch, self._mapping.event_source_arn)).encode()
        answer = functions.invoke(self._account_id, self._region, self._mapping.function_arn, payload)
        if answer.function_error:
            _LOG.error("%s failed: %s", self._mapping.function_arn, answer.payload.decode(errors="replace"))
            return []
        if "ReportBatchItemFailures" not in (self._mapping.function_response_types or ()):
            return batch
        failed = records.failed(answer.payload, batch)
        return [message for message in batch if message not in failed]

    def _may(self, operation: str) -> bool:
        try:
            _check(
                self._account_id, self._region, self._mapping.function_arn, operation, self._mapping.event_source_arn
            )
        except (AccessDeniedError, LambdaClientError) as error:  # the function may be gone before its mapping
            _LOG.error("The queue %s is not polled: %s", self._arn.resource_id, error)
            return False
        return True

    def _delete(self, queue_name: str, messages: list[Message]) -> None:
        if messages and not self._may("DeleteMessage"):
            return
        backend = sqs_backends[self._arn.account][self._arn.region]
        for message in messages:
            # Someone else may have deleted it, purged the queue or dropped it meanwhile.
            with contextlib.suppress(QueueDoesNotExist, ReceiptHandleIsInvalid):
                backend.delete_message(queue_name, str(message.receipt_handle))


def idle() -> bool:
    """Whether every poller is."""
    return all(poller.idle() for poller in list(_pollers.values()))


def forget() -> None:
    """Stop every poller."""
    while _pollers:
        _pollers.popitem()[1].stop()


def install() -> None:
    """Patch pollers into moto; idempotent."""
    if not hasattr(LambdaBackend.create_event_source_mapping, "__wrapped__"):
        LambdaBackend.create_event_source_mapping = _creating(LambdaBackend.create_event_source_mapping)  # type: ignore[method-assign]
        LambdaBackend.update_event_source_mapping = _updating(LambdaBackend.update_event_source_mapping)  # type: ignore[method-assign]
        LambdaBackend.delete_event_source_mapping = _deleting(LambdaBackend.delete_event_source_mapping)  # type: ignore[method-assign]


def _creating(original: Callable[..., EventSourceMapping]) -> Callable[..., EventSourceMapping]:
    @functools.wraps(original)
    def create_event_source_mapping(self: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
        source = str(spec.get("EventSourceArn", ""))
        if ":sqs:" not in source:
            return original(self, spec)
        _refuse_second(self, source, str(spec.get("FunctionName", "")))
        _refuse_without_permission(self, source, str(spec.get("FunctionName", "")))
        mapping = original(self, spec)
        arn = parse_arn(source)
        queue = sqs_backends[arn.account][arn.region].queues[arn.resource_id]
        # What moto keeps here it invokes from within SendMessage.
        queue.lambda_event_source_mappings.pop(mapping.function_arn, None)
        _pollers[mapping.uuid] = Poller(self.account_id, self.region_name, mapping)
        return mapping

    return create_event_source_mapping


def _refuse_second(backend: LambdaBackend, source: str, function: str) -> None:
    try:
        function_arn = get_backend(backend.account_id, backend.region_name).get_function(function).function_arn
    except LambdaClientError:
        return  # moto's own answer to a wrong name follows
    for mapping in list(_pollers):
        known = backend.get_event_source_mapping(mapping)
        if known and known.event_source_arn == source and known.function_arn == function_arn:
            raise LambdaClientError(
                "ResourceConflictException",
                f'An event source mapping with SQS arn (" {source} ") and function (" {function} ") already exists. '
                f"Please update or delete the existing mapping with UUID {known.uuid}",
            )


def _refuse_without_permission(backend: LambdaBackend, source: str, function: str) -> None:
    for operation in _NEEDED:
        try:
            _check(backend.account_id, backend.region_name, function, operation, source)
        except AccessDeniedError as error:
            raise LambdaClientError(
                "InvalidParameterValueException",
                f"The provided execution role does not have permissions to call {operation} on SQS",
            ) from error
        except LambdaClientError:
            return  # moto's own answer to a wrong name follows


def _check(account_id: str, region: str, function_name: str, operation: str, queue_arn: str) -> None:
    """Raise AccessDeniedError if the function's role may not do it to the queue."""
    function = get_backend(account_id, region).get_function(function_name)
    caller = Caller(function.role, function.function_name, function=function.function_name)
    queue = parse_arn(queue_arn)
    target = {"QueueUrl": f"{queue.account}/{queue.resource_id}"}
    check_operation(caller, Operation("sqs", operation, target, queue.account, queue.region))


def _updating(original: Callable[..., EventSourceMapping | None]) -> Callable[..., EventSourceMapping | None]:
    @functools.wraps(original)
    def update_event_source_mapping(self: LambdaBackend, uuid: str, spec: dict[str, Any]) -> EventSourceMapping | None:
        mapping = original(self, uuid, spec)
        if uuid in _pollers:
            _pollers[uuid].ring()
        return mapping

    return update_event_source_mapping


def _deleting(original: Callable[..., EventSourceMapping | None]) -> Callable[..., EventSourceMapping | None]:
    @functools.wraps(original)
    def delete_event_source_mapping(self: LambdaBackend, uuid: str) -> EventSourceMapping | None:
        if uuid in _pollers:
            _pollers.pop(uuid).stop()
        return original(self, uuid)

    return delete_event_source_mapping
