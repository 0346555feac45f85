import assert from 'node:assert/strict';
import type { OperationScript } from '../../../emulator/index.js';
import { eventsOf } from '../history.js';
import { failureOf, type Input } from '../starts.js';
import type { Handle, World } from '../world.js';

/** One way through the workflows, to be recorded. */
export interface Scenario {
  /** Its history is in the file of this name. */
  name: string;
  /** Needs a server that suggests to continue as new after a few events. */
  continuesAsNew: boolean;
  /** Plays it, checks that it went the way it is about, and returns the runs of the execution. */
  play(world: World): Promise<Handle[]>;
}

type Act = (world: World, operation: string) => Promise<Handle>;

export const WINS: OperationScript['onCancel'] = { kind: 'wins', afterMs: 200 };
export const IGNORED: OperationScript['onCancel'] = { kind: 'ignored' };
export const CANCELLED = { error: { code: 1, message: 'The operation was cancelled.' } };

/** A way that one run goes to its end. @param outcome the outcome, or the type of the failure */
export function scenario(
  name: string,
  script: Omit<OperationScript, 'name'>,
  act: Act,
  outcome: string,
): Scenario {
  return {
    name,
    continuesAsNew: false,
    async play(world) {
      const handle = await act(world, add(world, name, script));
      await checkEnd(handle, outcome);
      return [handle];
    },
  };
}

/** A way that takes more than one run. */
export function continued(
  name: string,
  script: Omit<OperationScript, 'name'>,
  act: Act,
  outcome: string,
): Scenario {
  return {
    name,
    continuesAsNew: true,
    async play(world) {
      const handle = await act(world, add(world, name, script));
      await checkEnd(handle, outcome);
      return allRuns(world, handle);
    },
  };
}

/** Starts `cancelOperation`. */
export function cancelling(input: Omit<Input, 'name'> = {}): Act {
  return (world, name) => world.start('cancelOperation', { ...input, name });
}

/** Starts `watchOperation`, and acts once the operation has been looked at. */
export function watching(
  act: (world: World, name: string, handle: Handle) => Promise<void>,
  input: Omit<Input, 'name'> = {},
): Act {
  return async (world, name) => {
    const handle = await world.start('watchOperation', { ...input, name });
    await world.emulator.waitFor(
      (log) => log.some((entry) => entry.name === name && entry.endedAt !== undefined),
      { timeoutMs: 25_000 },
    );
    await act(world, name, handle);
    return handle;
  };
}

/** All runs of an execution, of which there are several. @param handle of its first run, or of none in particular */
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
  const seen = await handle.result().then(
    ({ outcome }) => outcome,
    async () => (await failureOf(handle)).type,
  );
  assert.equal(seen, expected);
}

// A collection of its own: a worker learns by collection whether there is a wait.
function add(world: World, name: string, script: Omit<OperationScript, 'name'>): string {
  const operation = `projects/p/locations/us-central1/${name}/7/operations/1`;
  world.emulator.add({ name: operation, ...script });
  return operation;
}
