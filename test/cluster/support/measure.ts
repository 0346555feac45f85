import { randomUUID } from 'node:crypto';
import { quantile } from '../../../bench/support/statistics.js';
import { arrived, timesOf } from '../../support/moments.js';
import type { World } from '../../support/world.js';

const CANCELS = 40;
const BULKS = 5;
const BULK_SIZE = 100;

/** Measures a Temporal server, with a worker and an emulator in this process. @returns a line for each figure */
export async function measure(world: World): Promise<string[]> {
  const cancels: number[] = [];
  const outcomes: number[] = [];
  for (let count = 0; count < CANCELS; count++) {
    const name = world.operation({ onCancel: { kind: 'wins' } });
    const startedAt = Date.now();
    const handle = await world.operations.cancel({ name }, { waitForWorker: false });
    await arrived(world, name, 'cancel');
    cancels.push((timesOf(world, name, 'cancel')[0] ?? Number.NaN) - startedAt);
    await handle.result();
    outcomes.push(Date.now() - startedAt);
  }
  const bulks: number[] = [];
  for (let count = 0; count < BULKS; count++) {
    const project = `p-${randomUUID()}`;
    const names = Array.from({ length: BULK_SIZE }, () => world.operation({ onCancel: { kind: 'wins' } }, { project }));
    const startedAt = Date.now();
    await (await world.operations.cancelAll({ names })).result();
    bulks.push(Date.now() - startedAt);
  }
  return [
    line(`from the start of a cancel until it is at Google (${CANCELS})`, cancels),
    line(`from the start of a cancel until its outcome is known (${CANCELS})`, outcomes),
    line(`a bulk of ${BULK_SIZE} (${BULKS})`, bulks),
  ];
}

function line(what: string, times: readonly number[]): string {
  const ms = (share: number) => Math.round(quantile(times, share));
  return `${what}: median ${ms(0.5)} ms, 90 % within ${ms(0.9)} ms, longest ${ms(1)} ms`;
}
