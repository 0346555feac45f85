import assert from 'node:assert/strict';
import type { OperationScript } from '../../../emulator/index.js';
import { eventsOf } from '../history.js';
import { failureOf, type Input } from '../starts.js';
import type { Handle, World } from '../world.js';

/** One path through the workflows whose history is recorded and replayed. */
export interface Scenario {
  /** The name of the file with its history. */
  name: string;
  /** It needs a server that suggests to continue as new after a few events. */
  continuesAsNew: boolean;
  /** Runs it, checks its outcome, and returns the runs of the execution. */
  run(world: World): Promise<Handle[]>;
}

type Start = (world: World, operation: string) => Promise<Handle>;

export const WINS: OperationScript['onCancel'] = { kind: 'wins', afterMs: 200 };
export const IGNORED: OperationScript['onCancel'] = { kind: 'ignored' };
export const CANCELLED = { error: { code: 1, message: 'The operation was cancelled.' } };

/** A scenario of one operation. @param outcome the outcome, or the type of the failure */
export function scenario(
  name: string,
  script: Omit<OperationScript, 'name'>,
  start: Start,
  outcome: string,
  continuesAsNew = false,
): Scenario {
  return {
    name,
    continuesAsNew,
    async run(world) {
      const handle = await start(world, addOperation(world, name, script));
      await checkEnd(handle, outcome);
      return continuesAsNew ? allRuns(world, handle) : [handle];
    },
  };
}

/** Starts `cancelOperation`. */
export function startCancel(input: Omit<Input, 'name'> = {}): Start {
  return (world, name) => world.start('cancelOperation', { ...input, name });
}

/** Starts `watchOperation`, and acts once the operation has been polled. */
export function startWatch(
  act: (world: World, name: string, handle: Handle) => Promise<void>,
  input: Omit<Input, 'name'> = {},
): Start {
  return async (world, name) => {
    const handle = await world.start('watchOperation', { ...input, name });
    await world.emulator.waitFor((log) => log.some((entry) => entry.name === name && entry.endedAt !== undefined), {
      timeoutMs: 25_000,
    });
    await act(world, name, handle);
    return handle;
  };
}

/** All runs of an execution. @throws where there is only one */
export async function allRuns(world: World, { workflowId }: Pick<Handle, 'workflowId'>): Promise<Handle[]> {
  const { raw } = await world.client.workflow.getHandle(workflowId).describe();
  const runs: Handle[] = [];
  for (let runId: string | null | undefined = raw.workflowExecutionInfo?.firstRunId; runId;) {
    const run: Handle = world.client.workflow.getHandle(workflowId, runId);
    runs.push(run);
    runId = (await eventsOf(run)).at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  assert.ok(runs.length > 1, 'it did not continue as new');
  return runs;
}

export async function checkEnd(handle: Handle, expected: string): Promise<void> {
  const actual = await handle.result().then(
    ({ outcome }) => outcome,
    async () => (await failureOf(handle)).type,
  );
  assert.equal(actual, expected);
}

/**
 * The name of the operation of a scenario. Retry-After holds for a project and location, and a worker learns
 * for each collection whether it has wait, so every scenario has its own.
 */
export function operationOf(scenarioName: string): string {
  return `projects/${scenarioName}/locations/us-central1/${scenarioName}/7/operations/1`;
}

function addOperation(world: World, name: string, script: Omit<OperationScript, 'name'>): string {
  const operation = operationOf(name);
  world.emulator.add({ name: operation, ...script });
  return operation;
}
