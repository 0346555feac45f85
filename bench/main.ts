import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, readArguments, USAGE } from './arguments.js';
import { checksOf, holds } from './checks.js';
import { longFollowed, oneLocation, runFollowed } from './parts/steady.js';
import { runIdle } from './parts/idle.js';
import { longMany, quickMany, runMany } from './parts/bulk.js';
import { longRows, quickRows, runRows } from './parts/latency.js';
import { plots } from './plots.js';
import { report } from './report.js';
import type { Results } from './results.js';
import { measuredTables } from './measured-tables.js';
import { modelTables } from './scale.js';
import { withMarked } from './support/marked.js';
import { createEnvironment, type BenchEnvironment } from './environment.js';
import { createRandom } from './support/random.js';

const RESULTS = fileURLToPath(new URL('../../bench/results/', import.meta.url));
const SCALE = fileURLToPath(new URL('../../docs/scale.md', import.meta.url));

process.exit(await main(process.argv.slice(2)));

async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = readArguments(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    return 1;
  }
  const began = Date.now();
  const say = (line: string): void => {
    process.stderr.write(`${((Date.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);
  };
  const stage = await createEnvironment(say);
  try {
    const results = await measure(stage, options, say);
    process.stdout.write(`${report(results)}\n`);
    await keep(results);
    return options.strict && !checksOf(results).every(holds) ? 1 : 0;
  } finally {
    await stage.close();
  }
}

async function measure(
  stage: BenchEnvironment,
  { quick, parts, seed }: BenchOptions,
  say: (line: string) => void,
): Promise<Results> {
  const random = createRandom(seed);
  const results: Results = {
    at: new Date().toISOString(),
    quick,
    seed,
    machine: {
      node: process.versions.node,
      temporalServer: stage.serverVersion,
      processors: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
    },
  };
  say(`seed ${seed}`);
  for (const part of parts) {
    say(`${part} …`);
    if (part === 'idle') results.idle = await runIdle(stage, quick ? 20 : 60);
    if (part === 'rows') results.rows = await runRows(stage, quick ? quickRows : longRows, random, say);
    if (part === 'many') results.many = await runMany(stage, quick ? quickMany : longMany, random, say);
    // The small form leaves it out: thousands cannot be followed in a few seconds.
    if (part === 'followed' && !quick) {
      results.followed = {
        oneLocation: await runFollowed(stage, oneLocation, random, say),
        many: await runFollowed(stage, longFollowed, random, say),
      };
    }
  }
  return results;
}

/** The whole run is kept as the latest, and in the tables of docs/scale.md; a part of it, and the small form, beside it. */
async function keep(results: Results): Promise<void> {
  const { quick, idle, rows, many, followed } = results;
  const isWhole = !quick && [idle, rows, many, followed].every((part) => part !== undefined);
  const prefix = isWhole ? 'latest' : 'partial';
  await mkdir(RESULTS, { recursive: true });
  await writeFile(`${RESULTS}${prefix}.json`, `${JSON.stringify(results, undefined, 2)}\n`);
  for (const [name, svg] of plots(results)) await writeFile(`${RESULTS}${prefix}-${name}.svg`, svg);
  const tables = [measuredTables(results), modelTables(results)].filter((part) => part !== undefined);
  if (isWhole) await writeFile(SCALE, withMarked(await readFile(SCALE, 'utf8'), tables));
}
