import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { Priority } from '@temporalio/common';
import { type CancelOperationsInput, parseBulkInput } from '../contract/bulk.js';
import { type CancelOperationInput, parseOperationInput } from '../contract/input.js';
import { DEFAULT_SERVICE, lastSegment } from '../contract/names.js';
import { withoutUndefined } from '../contract/without-undefined.js';
import { shortened, workflowIdOf } from '../contract/workflow-id.js';
import { parseOrClientError } from './errors.js';
import { forgetRegistered, isRefusedForAttributes, searchAttributesFor } from './search-attributes.js';
import { summaryLine } from './summary.js';

export type OperationWorkflowType = 'cancelOperation' | 'watchOperation';

/**
 * The options that start the one execution which follows an operation: its id, its summary in the Temporal
 * UI, and the search attributes that the namespace has. A start joins an execution that runs already.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field
 */
export async function operationStartOptions<I extends CancelOperationInput>(
  client: Client,
  type: OperationWorkflowType,
  input: I,
  taskQueue: string,
  priority?: Priority,
) {
  const { name, service } = parseOrClientError(() => parseOperationInput(type, input));
  const typedSearchAttributes = await searchAttributesFor(client, name);
  return {
    workflowId: workflowIdOf(service, name),
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    taskQueue,
    args: [input] as [I],
    memo: withoutUndefined({ operation: name, reason: input.reason, requestedBy: input.requestedBy }),
    staticSummary: summary(type === 'cancelOperation' ? 'Cancel' : 'Watch', shortName(name), input),
    staticDetails: `\`${name}\` on \`${service}\``,
    ...(typedSearchAttributes.length === 0 ? {} : { typedSearchAttributes }),
    ...withoutUndefined({ priority }),
  };
}

/**
 * Starts a workflow, and once more without search attributes where Temporal refuses them.
 *
 * @param run starts it with the options
 */
export async function withoutRefusedAttributes<O extends { typedSearchAttributes?: unknown }, T>(
  client: Client,
  options: O,
  run: (options: O) => Promise<T>,
): Promise<T> {
  try {
    return await run(options);
  } catch (error) {
    if (options.typedSearchAttributes === undefined || !isRefusedForAttributes(error)) throw error;
    forgetRegistered(client);
    const { typedSearchAttributes: _, ...others } = options;
    return run(others as O);
  }
}

/**
 * The options that start `cancelOperations`. A `requestId` makes the id of the workflow, so that a repeated
 * request starts nothing.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field
 */
export function bulkStartOptions(input: CancelOperationsInput, taskQueue: string, requestId: string = randomUUID()) {
  parseOrClientError(() => parseBulkInput(input));
  const { parent, names = [], dryRun } = input;
  const what = parent === undefined ? `${names.length} operations` : `what runs under ${parent}`;
  return {
    workflowId: shortened(`cancel-operations-${requestId}`),
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    taskQueue,
    args: [input] as [CancelOperationsInput],
    memo: withoutUndefined({ reason: input.reason, requestedBy: input.requestedBy }),
    staticSummary: summary(dryRun === true ? 'List' : 'Cancel', what, input),
  };
}

/**
 * The id of the workflow that follows an operation. @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field
 */
export function operationWorkflowId(name: string, service: string = DEFAULT_SERVICE): string {
  parseOrClientError(() => parseOperationInput('cancelOperation', { name, service }));
  return workflowIdOf(service, name);
}

/** One line for the lists and pages of the Temporal UI: the action, the operation, the requester and the reason. */
function summary(
  verb: string,
  what: string,
  { reason, requestedBy }: Pick<CancelOperationInput, 'reason' | 'requestedBy'>,
): string {
  const by = requestedBy === undefined ? '' : ` for ${requestedBy}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return summaryLine(`${verb} ${what}${by}${why}`);
}

/** The name without project and location: `datasets/4107725/operations/22854`. */
function shortName(name: string): string {
  const rest = name.replace(/^projects\/[^/]+\/(?:locations|regions)\/[^/]+\//, '');
  return rest.length <= 90 ? rest : lastSegment(name).slice(0, 90);
}
