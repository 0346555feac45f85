// Measures how soon another worker continues after one was killed or stopped, with its own Temporal server
// and emulator. npm run bench:recovery [-- --rounds N]
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WorkerHarness } from '../test/support/worker-harness.js';
import { startTemporal } from '../devserver/index.js';
import { recoveries, type Recovery } from './support/recoveries.js';
import { summarize } from './support/statistics.js';
import { table } from './support/table.js';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '8' } } });
const rounds = Number(values.rounds);
const say = (line: string) => process.stderr.write(`${line}\n`);

const temporal = await startTemporal({ say });
const figures: Awaited<ReturnType<typeof measure>> = [];
try {
  for (const recovery of recoveries) figures.push(...(await measure(recovery)));
} finally {
  await temporal.stop();
}
process.stdout.write(tableOf(figures));

/** The times of each measure, in ms. */
async function measure(recovery: Recovery) {
  const { measures, workers } = recovery;
  const all = measures.map((one) => ({ ...one, samples: [] as number[] }));
  const harness = await WorkerHarness.create(temporal.address);
  try {
    for (let round = 1; round <= rounds; round++) {
      await harness.ensureWorkers(workers);
      // Heartbeats are sent every 3 s: the delay ends at a random moment between two of them.
      const samples = await recovery.run(harness, () => delay(Math.random() * 3_000));
      for (const [index, more] of samples.entries()) all[index]?.samples.push(...more);
      say(`${measures[0]?.what ?? ''}, ${round}/${rounds}: ${samples.flat().join(', ')} ms`);
      for (const { name } of harness.emulator.operations()) harness.emulator.complete(name, {});
      harness.emulator.clearFaults();
    }
  } finally {
    await harness.close();
  }
  return all;
}

function tableOf(rows: typeof figures): string {
  const seconds = (ms: number | undefined) => (ms === undefined ? '' : `${(ms / 1_000).toFixed(1)} s`);
  const cells = rows.map(({ what, promised, samples }) => {
    const { median, max, count } = summarize(samples);
    return [what, seconds(promised), seconds(median), seconds(max), String(count)];
  });
  return `${table(['', 'promised', 'median', 'worst', 'times'], cells)}\n`;
}
