"""Cancel, watch and abort Google long-running operations with temporal-lro, from Python.

    python operations.py cancel projects/p/locations/us-central1/operations/123 --reason budget

Prints the outcome as JSON. A worker of temporal-lro does the work; this program only talks to Temporal.
"""

import argparse
import asyncio
import hashlib
import json
import os
import sys
from typing import Any

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
)
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

JSON = dict[str, Any]

DEFAULT_SERVICE = "aiplatform.googleapis.com"
TASK_QUEUE = os.environ.get("TEMPORAL_TASK_QUEUE") or "google-operations"
OPERATION_NAME = SearchAttributeKey.for_keyword("GoogleOperationName")
OPERATION_OUTCOME = SearchAttributeKey.for_keyword("GoogleOperationOutcome")


async def connect() -> Client:
    """Connect to Temporal with the settings in TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and so on."""
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    return await Client.connect(**config)


def workflow_id(name: str, service: str = DEFAULT_SERVICE) -> str:
    """Return the id of the workflow that follows an operation. It is the same for every client."""
    return shortened(f"operation:{service}:{name.replace(':', '::').replace('/', ':')}")


def shortened(text: str) -> str:
    """Cut a text of more than 255 characters, which not every database of Temporal's takes."""
    return text if len(text) <= 255 else f"{text[:180]}~{hashlib.sha256(text.encode()).hexdigest()[:32]}"


async def cancel(client: Client, operation: JSON) -> JSON:
    """Cancel an operation and wait for its outcome.

    Update-with-start starts a workflow, or aborts the one that follows the operation already. A plain start would join
    that one without aborting it.
    """
    abort_input = {key: operation[key] for key in ("reason", "requestedBy") if key in operation}
    start = WithStartWorkflowOperation(
        "cancelOperation", operation, **await start_options(client, operation)
    )
    try:
        await client.execute_update_with_start_workflow(
            "abort", abort_input, start_workflow_operation=start
        )
    except WorkflowUpdateFailedError as error:
        if is_bad_input(error):
            raise
        # Otherwise the operation is final already, or the workflow has failed. Both show in the result.
    return await (await start.workflow_handle()).result()


async def watch(client: Client, operation: JSON) -> JSON:
    """Watch an operation and wait for its outcome."""
    handle = await client.start_workflow(
        "watchOperation", operation, **await start_options(client, operation)
    )
    return await handle.result()


async def abort(client: Client, name: str, service: str, abort_input: JSON) -> JSON:
    """Abort a watched operation and return its status, or its outcome if it is final already."""
    handle = client.get_workflow_handle(workflow_id(name, service), result_type=dict)
    try:
        return await handle.execute_update("abort", abort_input, result_type=dict)
    except WorkflowUpdateFailedError as error:
        if is_bad_input(error):
            raise
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
    return await handle.result()


async def status(client: Client, name: str, service: str) -> JSON:
    """Return the status of the workflow that follows an operation."""
    handle = client.get_workflow_handle(workflow_id(name, service))
    return await handle.query("status", result_type=dict)


def is_bad_input(error: WorkflowUpdateFailedError) -> bool:
    return isinstance(error.cause, ApplicationError) and error.cause.type == "INVALID_ARGUMENT"


async def start_options(client: Client, operation: JSON) -> JSON:
    name, service = operation["name"], operation.get("service", DEFAULT_SERVICE)
    return {
        "id": workflow_id(name, service),
        "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
        "task_queue": TASK_QUEUE,
        "result_type": dict,
        "memo": {"operation": name},
        "search_attributes": await search_attributes(client, name),
    }


async def search_attributes(client: Client, name: str) -> TypedSearchAttributes:
    """Return the search attributes for a new workflow, or none if the namespace has not registered both."""
    try:
        registered = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace)
        )
    except RPCError:
        return TypedSearchAttributes.empty  # Temporal Cloud does not allow this call to every user.
    keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    if any(
        registered.custom_attributes.get(key.name) != keyword
        for key in (OPERATION_NAME, OPERATION_OUTCOME)
    ):
        return TypedSearchAttributes.empty
    return TypedSearchAttributes(
        [SearchAttributePair(OPERATION_NAME, shortened(name)), SearchAttributePair(OPERATION_OUTCOME, "RUNNING")]
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Cancel, watch and abort Google long-running operations.")
    parser.add_argument("command", choices=["cancel", "watch", "abort", "status"])
    parser.add_argument("name", help="full name, such as projects/p/locations/us-central1/operations/123")
    parser.add_argument("--service", default=DEFAULT_SERVICE, help="the Google API that owns it (default: %(default)s)")
    parser.add_argument("--reason", help="why, for the record")
    parser.add_argument("--requested-by", help="who asks, for the record")
    parser.add_argument("--timeout", help="with cancel and watch: stop following after this long, such as 24h")
    return parser.parse_args()


async def run(arguments: argparse.Namespace) -> JSON:
    name, service = arguments.name, arguments.service
    fields = {"reason": arguments.reason, "requestedBy": arguments.requested_by}
    abort_input = {key: value for key, value in fields.items() if value is not None}
    operation: JSON = {"name": name, "service": service, **abort_input}
    if arguments.timeout is not None:
        operation["timeout"] = arguments.timeout

    client = await connect()
    match arguments.command:
        case "cancel":
            return await cancel(client, operation)
        case "watch":
            return await watch(client, operation)
        case "abort":
            return await abort(client, name, service, abort_input)
        case _:
            return await status(client, name, service)


def main() -> int:
    arguments = parse_arguments()
    try:
        answer = asyncio.run(run(arguments))
    except KeyboardInterrupt:
        print("Interrupted. The workflow goes on in Temporal.", file=sys.stderr)
        return 130
    except (WorkflowFailureError, WorkflowUpdateFailedError) as error:
        kind = f"{error.cause.type}: " if isinstance(error.cause, ApplicationError) else ""
        print(f"{kind}{getattr(error.cause, 'message', error)}", file=sys.stderr)
        return 1
    except (RPCError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2))
    return 0


if __name__ == "__main__":
    code = main()
    # Skips Python's shutdown: a thread of the Temporal client that outlives the event loop can crash it
    # (https://github.com/temporalio/sdk-python/issues/300).
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
