import { cancel, type Followed, watch } from '../../client/start.js';
import { outcomeSentence } from '../../contract/outcome-sentence.js';
import type { OperationResult } from '../../contract/result.js';
import type { LogEntry } from '../../emulator/index.js';
import type { Scenario } from './scenarios.js';
import type { DemoLog } from './log.js';
import type { DemoEnvironment } from './environment.js';
import { wordsForAnswer } from './words.js';

/** An operation that a workflow follows. */
export interface Following {
  role: Scenario;
  workflowId: string;
  /** Its outcome, told when it is known. */
  result: Promise<OperationResult>;
}

/** Adds an operation to the emulator, has it cancelled or watched, and tells what comes of it. Returns when Temporal took it. */
export async function follow(role: Scenario, stage: DemoEnvironment, narrator: DemoLog): Promise<Following> {
  const { client, emulator, taskQueue } = stage;
  emulator.add(role.script);
  const start = role.way === 'watch' ? watch : cancel;
  const followed = await start(client, role.input, { taskQueue });
  narrator.tell(role.label, acceptedStart(role));
  return { role, workflowId: followed.workflowId, result: tellTheRest(role, followed, stage, narrator) };
}

function acceptedStart({ way, input }: Scenario): string {
  if (way === 'watch') return 'start accepted: watched, until an abort comes';
  return `start accepted: "${input.reason ?? ''}", ${input.requestedBy ?? ''}`;
}

async function tellTheRest(
  { label, input }: Scenario,
  followed: Followed,
  { emulator }: DemoEnvironment,
  narrator: DemoLog,
): Promise<OperationResult> {
  const over = new AbortController();
  const isAnswer = ({ method, name, status }: LogEntry): boolean =>
    method === 'cancel' && name === input.name && status !== undefined;
  const told = emulator
    .waitFor((log) => log.some(isAnswer), { signal: over.signal, timeoutMs: 600_000 })
    .then(
      () => emulator.log.filter(isAnswer).forEach((entry) => narrator.tell(label, wordsForAnswer(entry))),
      // There was none.
      () => undefined,
    );
  try {
    const result = await followed.outcome();
    over.abort();
    await told;
    narrator.tell(label, outcomeSentence(result), result.outcome);
    return result;
  } finally {
    over.abort();
  }
}
