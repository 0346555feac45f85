// Measures how soon the cancel of one operation is at Google while a worker serves a crowd, and how soon `/healthz` answers.
// npm run bench:crowds [-- NAME…], with names of `bench/parts/crowds.ts`
import { createEnvironment } from './environment.js';
import { crowds } from './parts/crowds.js';
import { cancelVictims } from './support/victims.js';
import { quantile } from './support/statistics.js';
import { table } from './support/table.js';

const say = (line: string) => process.stderr.write(`${line}\n`);
const names = process.argv.slice(2);
const environment = await createEnvironment(say);
const rows: string[][] = [];
try {
  for (const crowd of crowds) {
    const { name, what, victims } = crowd;
    if (names.length > 0 && !names.includes(name)) continue;
    const worker = await crowd.form(environment, say);
    const { times, healthMs } = await cancelVictims(environment, worker, victims);
    await worker.kill();
    await environment.emulator.reset();
    say(`${what}: ${times.map(Math.round).join(', ')} ms`);
    const ms = (value: number) => `${Math.round(value)} ms`;
    rows.push([what, ms(quantile(times, 0.5)), ms(quantile(times, 0.99)), ms(Math.max(...times)), ms(healthMs)]);
  }
} finally {
  await environment.close();
}
const heads = ['', 'median', '99 %', 'longest', '/healthz'];
process.stdout.write(`Temporal ${environment.serverVersion}\n${table(heads, rows)}\n`);
