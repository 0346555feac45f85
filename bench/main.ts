import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, type PartName, readArguments, USAGE } from './arguments.js';
import { checksOf, passes } from './checks.js';
import { type BenchEnvironment, createEnvironment } from './environment.js';
import { measuredTables } from './measured-tables.js';
import { fullBulkPlan, quickBulkPlan, runBulk } from './parts/bulk.js';
import { runIdle } from './parts/idle.js';
import { fullLatencyPlan, quickLatencyPlan, runLatency } from './parts/latency.js';
import { manyLocations, oneLocation, runSteady, type SteadyPlan } from './parts/steady.js';
import { plots } from './plots.js';
import { report } from './report.js';
import type { Results } from './results.js';
import { modelTables } from './scale.js';
import { replaceMarked } from './support/marked.js';
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
  const startedAt = Date.now();
  const say = (line: string): void => {
    process.stderr.write(`${((Date.now() - startedAt) / 1_000).toFixed(0).padStart(4)} s  ${line}\n`);
  };
  const environment = await createEnvironment(say);
  try {
    const results = await measure(environment, options, say);
    process.stdout.write(`${report(results)}\n`);
    await saveResults(results);
    return options.strict && !checksOf(results).every(passes) ? 1 : 0;
  } finally {
    await environment.close();
  }
}

async function measure(
  environment: BenchEnvironment,
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
      temporalServer: environment.serverVersion,
      processors: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
    },
  };
  const [latencyPlan, bulkPlan] = quick ? [quickLatencyPlan, quickBulkPlan] : [fullLatencyPlan, fullBulkPlan];
  const steady = (plan: SteadyPlan) => runSteady(environment, plan, random, say);
  const run: Record<PartName, () => Promise<Partial<Results>>> = {
    idle: () => runIdle(environment, quick ? 20 : 60),
    latency: async () => ({ latency: await runLatency(environment, latencyPlan, random, say) }),
    bulk: async () => ({ bulk: await runBulk(environment, bulkPlan, random, say) }),
    // Thousands of operations do not reach a steady state in the time of a quick run.
    steady: async () =>
      quick ? {} : { steady: { oneLocation: await steady(oneLocation), manyLocations: await steady(manyLocations) } },
    workers: async () =>
      quick
        ? {}
        : { workers: [await steady({ ...manyLocations, workers: 2 }), await steady({ ...manyLocations, workers: 4 })] },
  };
  say(`seed ${seed}`);
  for (const part of parts) {
    say(`${part} …`);
    Object.assign(results, await run[part]());
  }
  return results;
}

/**
 * Writes the results and plots to bench/results/: a quick run's as `partial`, and else as `latest`, with those of the parts
 * that this run left out from the run before. These also go into the tables of docs/scale.md.
 */
async function saveResults(results: Results): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const prefix = results.quick ? 'partial' : 'latest';
  const path = `${RESULTS}${prefix}.json`;
  const before = results.quick ? {} : (JSON.parse(await readFile(path, 'utf8')) as Results);
  const all = { ...before, ...results };
  await writeFile(path, `${JSON.stringify(all, undefined, 2)}\n`);
  for (const [name, svg] of plots(all)) await writeFile(`${RESULTS}${prefix}-${name}.svg`, svg);
  if (results.quick) return;
  const tables = [measuredTables(all), modelTables(all)].map((texts) => texts.join('\n\n'));
  await writeFile(SCALE, replaceMarked(await readFile(SCALE, 'utf8'), tables));
}
