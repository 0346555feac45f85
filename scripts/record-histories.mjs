// Records the histories that test/workflows/replay.test.ts replays: one execution for each way through the workflows, on a
// Temporal server of its own. Run it after `npm run build` when a change to the workflows is meant to change what they do.
// node scripts/record-histories.mjs [name of a scenario …]
import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJson } from '../dist/test/support/history-json.js';
import { startWorld } from '../dist/test/support/world.js';
import { scenarios } from '../dist/test/support/scenarios.js';
import { startTemporal } from '../dist/worker/temporal-server/index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'test', 'histories');
const wanted = process.argv.slice(2);
const DROPPED = new Set(['identity', 'stackTrace', 'requestId', 'taskId', 'workerVersion', 'binaryChecksum']);
const say = (line) => process.stdout.write(`${line}\n`);

await mkdir(folder, { recursive: true });
const failed = [];
for (const continues of [false, true]) {
  const chosen = scenarios.filter(
    (scenario) =>
      scenario.continuesAsNew === continues && (wanted.length === 0 || wanted.includes(scenario.name)),
  );
  if (chosen.length === 0) continue;
  const dynamicConfig = continues ? { 'limit.historyCount.suggestContinueAsNew': 8 } : {};
  const world = await startWorld({}, await startTemporal({ dynamicConfig, say }));
  try {
    await Promise.all(chosen.map((scenario) => record(world, scenario)));
  } finally {
    await world.close();
  }
}
if (failed.length > 0) {
  process.stderr.write(`Not recorded:\n${failed.map((line) => `  ${line}`).join('\n')}\n`);
  process.exitCode = 1;
}

async function record(world, scenario) {
  try {
    const runs = await scenario.play(world, scenario.name);
    for (const [index, handle] of runs.entries()) {
      const name = runs.length === 1 ? scenario.name : `${scenario.name}-${index + 1}`;
      const text = JSON.stringify(scrubbed(historyToJson(await handle.fetchHistory())), undefined, 2);
      demandNothingLocal(name, text);
      await writeFile(
        join(folder, `${name}.json`),
        `${text}
`,
      );
      say(`${name}: ${JSON.parse(text).events.length} events`);
    }
  } catch (error) {
    failed.push(`${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

// What no replay needs, and what tells of the machine it was recorded on.
function scrubbed(value, key = '') {
  if (Array.isArray(value)) return value.map((item) => scrubbed(item));
  if (typeof value === 'string')
    return key === 'message' ? value.replaceAll(/127\.0\.0\.1:\d+/g, 'localhost:8086') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'taskQueue') return { name: 'google-operations', kind: 'TASK_QUEUE_KIND_NORMAL' };
  const left = Object.entries(value).filter(([name]) => !DROPPED.has(name));
  return Object.fromEntries(left.map(([name, inner]) => [name, scrubbed(inner, name)]));
}

function demandNothingLocal(name, text) {
  const local = [root, hostname(), `${process.pid}@`].find((trace) => text.includes(trace));
  if (local !== undefined) throw new Error(`the history ${name} holds ${local}`);
}
