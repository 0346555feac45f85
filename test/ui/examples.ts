import { scenarios } from '../../cli/demo/scenarios.js';
import { GoogleOperations } from '../../client/index.js';
import type { WatchOperationInput } from '../../contract/input.js';
import { lastSegment } from '../../contract/names.js';
import type { OperationResult } from '../../contract/result.js';
import type { OperationScript } from '../../emulator/index.js';
import { until } from '../support/history.js';
import type { World } from '../support/world.js';

/** A workflow to show in the UI: an operation of the demonstration, in the state that a test needs. */
export interface Example {
  input: WatchOperationInput;
  /** The last segment of the operation's name. */
  id: string;
  workflowId: string;
}

/** @param changes the differences from the demonstration: the behaviour of the emulator, and the input */
async function startExample(
  world: World,
  label: string,
  changes: { script?: Partial<OperationScript>; input?: Partial<WatchOperationInput> } = {},
): Promise<Example> {
  const scenario = scenarios.find((candidate) => candidate.label === label);
  if (scenario === undefined) throw new Error(`the demonstration has no ${label}`);
  world.emulator.add({ ...scenario.script, ...changes.script });
  // The timeouts of the demonstration are left out.
  const { name, reason, requestedBy } = scenario.input;
  const input = { name, ...(reason && { reason }), ...(requestedBy && { requestedBy }), ...changes.input };
  const { workflowId } = await new GoogleOperations(world.client)[scenario.command](input);
  return { input, id: lastSegment(name), workflowId };
}

/** Starts a workflow for each state, and returns once each is in its state. */
export async function startExamples(world: World) {
  const examples = {
    watched: await startExample(world, 'index rebuild', { input: { abortAfter: '6h' } }),
    cancelling: await startExample(world, 'model tuning'),
    cancelled: await startExample(world, 'dataset import', {
      script: { onCancel: { kind: 'wins', afterMs: 2_000 } },
    }),
    completed: await startExample(world, 'index deployment', {
      script: { onCancel: { kind: 'loses', afterMs: 2_000 } },
    }),
    failed: await startExample(world, 'RAG file import'),
    refused: await startExample(world, 'model deployment'),
  };
  const { watched, cancelling, ...ending } = examples;
  const statusOf = ({ workflowId }: Example) =>
    world.client.workflow.getHandle(workflowId).query<{ state: string; cancellation: { status: string } }>('status');
  await Promise.all([
    ...Object.values(ending).map(({ workflowId }) =>
      world.client.workflow.getHandle<() => Promise<OperationResult>>(workflowId).result(),
    ),
    until(
      () => statusOf(watched),
      ({ state }) => state === 'WATCHING',
    ),
    until(
      () => statusOf(cancelling),
      ({ cancellation }) => cancellation.status === 'ACCEPTED',
    ),
  ]);
  return examples;
}

export type Examples = Awaited<ReturnType<typeof startExamples>>;
