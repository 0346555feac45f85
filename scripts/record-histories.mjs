// Records the histories that test/workflows/replay.test.ts replays: one execution for each way through the workflows, on a
// Temporal server of its own, into the folder of the version in package.json. What is there stays as it is.
// npm run record [-- [--again] name of a scenario …]     --again records the named ones anew, while the version is unreleased
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJson } from '../dist/test/support/history-json.js';
import { startWorld } from '../dist/test/support/world.js';
import { scenarios } from '../dist/test/support/scenarios/index.js';
import { startTemporal } from '../dist/devserver/index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const folder = join(root, 'test', 'histories', version);
const given = process.argv.slice(2);
const again = given.includes('--again');
const wanted = given.filter((argument) => !argument.startsWith('-'));
const DROPPED = new Set(['identity', 'stackTrace', 'requestId', 'taskId', 'workerVersion', 'binaryChecksum']);
// More would be in each other's way: some are about a time that is up.
const AT_ONCE = 4;
const say = (line) => process.stdout.write(`${line}\n`);

const unknown = wanted.filter((name) => scenarios.every((scenario) => scenario.name !== name));
if (unknown.length > 0) end(`No scenario is called ${unknown.join(', ')}`);
if (again && wanted.length === 0) end('--again takes the names of scenarios');
const chosen = scenarios.filter(
  ({ name }) => (wanted.length === 0 || wanted.includes(name)) && (again || !isRecorded(name)),
);
if (chosen.length === 0) {
  say(`Every way has its history in ${version}.`);
  process.exit();
}
if (isReleased())
  end(`${version} is released: its histories stay as they are. Raise the version in package.json first.`);

await mkdir(folder, { recursive: true });
const failed = [];
for (const continues of [false, true]) {
  const part = chosen.filter((scenario) => scenario.continuesAsNew === continues);
  if (part.length === 0) continue;
  const dynamicConfig = continues ? { 'limit.historyCount.suggestContinueAsNew': 8 } : {};
  const world = await startWorld({}, await startTemporal({ dynamicConfig, say }));
  try {
    const queue = part.values();
    await Promise.all(Array.from({ length: AT_ONCE }, () => recordAll(world, queue)));
  } finally {
    await world.close();
  }
}
if (failed.length > 0) {
  process.stderr.write(`Not recorded:\n${failed.map((line) => `  ${line}`).join('\n')}\n`);
  process.exitCode = 1;
}

async function recordAll(world, queue) {
  for (const scenario of queue) await record(world, scenario);
}

async function record(world, scenario) {
  try {
    const runs = await scenario.play(world);
    for (const [index, handle] of runs.entries()) {
      const name = runs.length === 1 ? scenario.name : `${scenario.name}-${index + 1}`;
      const text = JSON.stringify(scrubbed(historyToJson(await handle.fetchHistory())), undefined, 2);
      demandNothingLocal(name, text);
      await writeFile(join(folder, `${name}.json`), `${text}\n`, { flag: again ? 'w' : 'wx' });
      say(`${version}/${name}: ${JSON.parse(text).events.length} events`);
    }
  } catch (error) {
    failed.push(`${scenario.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isRecorded(name) {
  return existsSync(join(folder, `${name}.json`)) || existsSync(join(folder, `${name}-1.json`));
}

// A release is a tag. Outside a checkout there is none, and nothing to commit histories to.
function isReleased() {
  const { stdout } = spawnSync('git', ['tag', '--list', `v${version}`], { cwd: root, encoding: 'utf8' });
  return (stdout ?? '').trim() !== '';
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

function end(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
