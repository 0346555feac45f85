// How soon another worker goes on where one was killed or stopped, on a Temporal server and an emulator of its own.
// npm run bench:recovery [-- --rounds N] [--only a,d] [--json FILE]
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { WorkerHarness } from '../test/support/worker-harness.js';
import { startTemporal } from '../devserver/index.js';
import { recoveries, type Recovery } from './support/recoveries.js';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '8' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const only = values.only.split(',').filter((id) => id !== '');
const say = (line: string) => process.stderr.write(`${line}\n`);

/** What was measured, in ms. */
interface Figures {
  id: string;
  what: string;
  promised?: number;
  samples: number[];
}

const temporal = await startTemporal({ say });
const figures: Figures[] = [];
try {
  for (const recovery of recoveries) {
    if (only.length === 0 || only.includes(recovery.id)) figures.push(...(await measured(recovery)));
  }
} finally {
  await temporal.stop();
}
process.stdout.write(tableOf(figures));
if (values.json !== undefined) {
  const { version, arch, platform } = process;
  const facts = { at: new Date().toISOString(), node: version, platform, arch, temporal: temporal.version };
  await writeFile(values.json, `${JSON.stringify({ ...facts, rounds, figures }, undefined, 2)}\n`);
}

async function measured(recovery: Recovery): Promise<Figures[]> {
  const { id, measures, workers } = recovery;
  const all = measures.map((measure): Figures => ({ id, ...measure, samples: [] }));
  const harness = await WorkerHarness.create(temporal.address);
  try {
    for (let round = 1; round <= rounds; round++) {
      await harness.ensureWorkers(workers);
      // At any moment between two heartbeats.
      const samples = await recovery.once(harness, () => delay(Math.random() * 3_000));
      for (const [index, more] of samples.entries()) all[index]?.samples.push(...more);
      say(`${id} ${round}/${rounds}: ${samples.flat().join(', ')} ms`);
      for (const { name } of harness.emulator.operations()) harness.emulator.complete(name, {});
      harness.emulator.clearFaults();
    }
  } finally {
    await harness.close();
  }
  return all;
}

function tableOf(rows: Figures[]): string {
  const seconds = (ms: number | undefined) => (ms === undefined ? '' : `${(ms / 1_000).toFixed(1)} s`);
  const lines = rows.map(({ what, promised, samples }) => {
    const sorted = samples.toSorted((one, other) => one - other);
    const median = sorted[Math.floor(sorted.length / 2)];
    return `| ${what} | ${seconds(promised)} | ${seconds(median)} | ${seconds(sorted.at(-1))} | ${sorted.length} |\n`;
  });
  return ['| | promised | median | worst | times |\n', '| --- | --- | --- | --- | --- |\n', ...lines].join(
    '',
  );
}
