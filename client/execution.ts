import type { Client } from '@temporalio/client';
import { type CancelOperationInput, parseOperationInput } from '../contract/input.js';
import { DEFAULT_TASK_QUEUE, lastSegment } from '../contract/names.js';
import { searchAttributesFor } from './attributes.js';
import { GoogleOperationsError } from './error.js';
import { summaryLine } from './summary.js';
import { workflowIdFor } from './target.js';

/**
 * How the one execution that follows an operation is started: its id, what the Temporal UI shows of it, and the search
 * attributes that the namespace has.
 *
 * @throws {GoogleOperationsError} `INVALID_ARGUMENT` naming the field
 */
export async function executionOptions<I extends CancelOperationInput>(
  client: Client,
  type: 'cancelOperation' | 'watchOperation',
  input: I,
  { taskQueue = DEFAULT_TASK_QUEUE }: { taskQueue?: string | undefined } = {},
) {
  const { name, service } = parseOrThrow(type, input);
  const typedSearchAttributes = await searchAttributesFor(client, name);
  return {
    workflowId: workflowIdFor({ name, service }),
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    taskQueue,
    args: [input] as [I],
    memo: { operation: name },
    staticSummary: summaryOf(type, input),
    staticDetails: `\`${name}\` on \`${service}\``,
    ...(typedSearchAttributes.length === 0 ? {} : { typedSearchAttributes }),
  };
}

function parseOrThrow(type: 'cancelOperation' | 'watchOperation', input: unknown) {
  try {
    return parseOperationInput(type, input);
  } catch (error) {
    throw new GoogleOperationsError(
      'INVALID_ARGUMENT',
      error instanceof Error ? error.message : String(error),
      undefined,
      { cause: error },
    );
  }
}

/** One line that says what is done to what, for whom and why. */
function summaryOf(
  type: 'cancelOperation' | 'watchOperation',
  { name, reason, requestedBy }: CancelOperationInput,
): string {
  const by = requestedBy === undefined ? '' : ` for ${requestedBy}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  return summaryLine(`${type === 'cancelOperation' ? 'Cancel' : 'Watch'} ${shortName(name)}${by}${why}`);
}

/** The name without project and location: `datasets/4107725/operations/22854`. */
function shortName(name: string): string {
  const rest = name.replace(/^projects\/[^/]+\/(?:locations|regions)\/[^/]+\//, '');
  return rest.length <= 90 ? rest : lastSegment(name).slice(0, 90);
}
