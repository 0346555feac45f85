import { scenarios } from '../../cli/demo/scenarios.js';
import { cancel, watch } from '../../client/index.js';
import type { WatchOperationInput } from '../../contract/input.js';
import { lastSegment } from '../../contract/names.js';
import type { OperationResult } from '../../contract/result.js';
import type { OperationScript } from '../../emulator/index.js';
import { until } from '../support/history.js';
import type { World } from '../support/world.js';

/** A workflow to look at: one of the demonstration's operations, in the state that a test wants to see. */
export interface Scene {
  input: WatchOperationInput;
  /** The last segment of the operation's name. */
  id: string;
  workflowId: string;
}

/** @param more what differs from the demonstration: how Google behaves, and what is asked */
async function begin(
  world: World,
  label: string,
  more: { script?: Partial<OperationScript>; input?: Partial<WatchOperationInput> } = {},
): Promise<Scene> {
  const role = scenarios.find((one) => one.label === label);
  if (role === undefined) throw new Error(`the demonstration has no ${label}`);
  world.emulator.add({ ...role.script, ...more.script });
  // Its limits of time are for the demonstration.
  const { name, reason, requestedBy } = role.input;
  const input = { name, ...(reason && { reason }), ...(requestedBy && { requestedBy }), ...more.input };
  const { workflowId } = await (role.way === 'cancel' ? cancel : watch)(world.client, input);
  return { input, id: lastSegment(name), workflowId };
}

/** A workflow for each state, and each of them in it. */
export async function setScenes(world: World) {
  const scenes = {
    watched: await begin(world, 'index rebuild', { input: { abortAfter: '6h' } }),
    cancelling: await begin(world, 'model tuning'),
    cancelled: await begin(world, 'dataset import', {
      script: { onCancel: { kind: 'wins', afterMs: 2_000 } },
    }),
    completed: await begin(world, 'index deployment', {
      script: { onCancel: { kind: 'loses', afterMs: 2_000 } },
    }),
    failed: await begin(world, 'RAG file import'),
    refused: await begin(world, 'model deployment'),
  };
  const { watched, cancelling, ...ending } = scenes;
  const stateOf = ({ workflowId }: Scene) =>
    world.client.workflow
      .getHandle(workflowId)
      .query<{ state: string; cancellation: { status: string } }>('status');
  await Promise.all([
    ...Object.values(ending).map(({ workflowId }) =>
      world.client.workflow.getHandle<() => Promise<OperationResult>>(workflowId).result(),
    ),
    until(
      () => stateOf(watched),
      ({ state }) => state === 'WATCHING',
    ),
    until(
      () => stateOf(cancelling),
      ({ cancellation }) => cancellation.status === 'ACCEPTED',
    ),
  ]);
  return scenes;
}

export type Scenes = Awaited<ReturnType<typeof setScenes>>;
