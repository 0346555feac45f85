import type { Client } from '@temporalio/client';
import { type CancelOperationInput, parseFollowInput } from '../contract/input.js';
import { DEFAULT_TASK_QUEUE, lastSegment } from '../contract/names.js';
import { searchAttributesFor } from './attributes.js';
import { OperationsClientError } from './error.js';
import { workflowIdFor } from './target.js';

/**
 * How the one execution that follows an operation is started: its id, what the Temporal UI shows of it, and the search
 * attributes that the namespace has.
 *
 * @throws {OperationsClientError} `INVALID_ARGUMENT` naming the field
 */
export async function executionOptions<I extends CancelOperationInput>(
  client: Client,
  type: 'cancelOperation' | 'watchOperation',
  input: I,
  { taskQueue = DEFAULT_TASK_QUEUE }: { taskQueue?: string | undefined } = {},
) {
  const { name, service } = checked(type, input);
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

function checked(type: 'cancelOperation' | 'watchOperation', input: unknown) {
  try {
    return parseFollowInput(type, input);
  } catch (error) {
    throw new OperationsClientError(
      'INVALID_ARGUMENT',
      error instanceof Error ? error.message : String(error),
      undefined,
      { cause: error },
    );
  }
}

/** What Temporal takes of a summary for granted, in bytes. */
const LONGEST_SUMMARY = 200;

/** One line for the page and the history of the workflow in the Temporal UI, which renders it as Markdown. */
function summaryOf(
  type: 'cancelOperation' | 'watchOperation',
  { name, reason, requestedBy }: CancelOperationInput,
): string {
  const by = requestedBy === undefined ? '' : ` for ${requestedBy}`;
  const why = reason === undefined ? '' : `: ${reason}`;
  const line = `${type === 'cancelOperation' ? 'Cancel' : 'Watch'} ${shortName(name)}${by}${why}`;
  return cut(line.replaceAll(/[\s<>[\]`*|\\]+/g, ' '));
}

/** The name without project and location: `datasets/4107725/operations/22854`. */
function shortName(name: string): string {
  const rest = name.replace(/^projects\/[^/]+\/(?:locations|regions)\/[^/]+\//, '');
  return rest.length <= 90 ? rest : lastSegment(name).slice(0, 90);
}

function cut(line: string): string {
  const bytes = Buffer.from(line);
  if (bytes.length <= LONGEST_SUMMARY) return line;
  // A decoder that expects more leaves out the character that the cut broke.
  return `${new TextDecoder().decode(bytes.subarray(0, LONGEST_SUMMARY - 3), { stream: true })}…`;
}
