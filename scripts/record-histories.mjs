// Records the histories that test/workflows/history/replay.test.ts replays: one execution for each scenario, on a Temporal
// server of its own, into the folder of the version in package.json. Histories that exist are not changed.
// npm run record [-- [--again] scenario …]     --again records the named scenarios again, while the version is unreleased
// npm run record -- --all                      deletes all histories of an unreleased version and records every scenario
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forEachConcurrently } from '../dist/contract/for-each-concurrently.js';
import { historyToJson } from '../dist/test/support/history-json.js';
import { startWorld } from '../dist/test/support/world.js';
import { scenarios } from '../dist/test/support/scenarios/index.js';
import { startTemporal } from '../dist/devserver/index.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const folder = join(root, 'test', 'histories', version);
const given = process.argv.slice(2);
const all = given.includes('--all');
const again = all || given.includes('--again');
const wanted = given.filter((argument) => !argument.startsWith('-'));
const DROPPED = new Set(['identity', 'stackTrace', 'requestId', 'taskId', 'workerVersion', 'binaryChecksum']);
// More would delay each other, and some scenarios are about timeouts.
const CONCURRENCY = 4;
const say = (line) => process.stdout.write(`${line}\n`);

const unknown = wanted.filter((name) => scenarios.every((scenario) => scenario.name !== name));
if (unknown.length > 0) end(`No scenario is called ${unknown.join(', ')}`);
if (all && wanted.length > 0) end('--all takes no names of scenarios');
if (again && !all && wanted.length === 0) end('--again takes the names of scenarios');
const chosen = scenarios.filter(
  ({ name }) => (wanted.length === 0 || wanted.includes(name)) && (again || !isRecorded(name)),
);
if (chosen.length === 0) {
  say(`Every scenario has its history in ${version}.`);
  process.exit();
}
if (isReleased())
  end(`${version} is released: its histories stay as they are. Raise the version in package.json first.`);

if (all) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const failed = [];
for (const continues of [false, true]) {
  const part = chosen.filter((scenario) => scenario.continuesAsNew === continues);
  if (part.length === 0) continue;
  const dynamicConfig = continues ? { 'limit.historyCount.suggestContinueAsNew': 8 } : {};
  const world = await startWorld({}, await startTemporal({ dynamicConfig, say }));
  try {
    await forEachConcurrently(part, CONCURRENCY, (scenario) => record(world, scenario));
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
    const runs = await scenario.run(world);
    for (const [index, handle] of runs.entries()) {
      const name = runs.length === 1 ? scenario.name : `${scenario.name}-${index + 1}`;
      const text = JSON.stringify(scrubbed(historyToJson(await handle.fetchHistory())), undefined, 2);
      assertNothingLocal(name, text);
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

// A release has a tag. Outside a git checkout there is none.
function isReleased() {
  const { stdout } = spawnSync('git', ['tag', '--list', `v${version}`], { cwd: root, encoding: 'utf8' });
  return (stdout ?? '').trim() !== '';
}

// Removes what no replay needs and what identifies the machine.
function scrubbed(value, key = '') {
  if (Array.isArray(value)) return value.map((item) => scrubbed(item));
  if (typeof value === 'string')
    return key === 'message' ? value.replaceAll(/127\.0\.0\.1:\d+/g, 'localhost:8086') : value;
  if (typeof value !== 'object' || value === null) return value;
  if (key === 'taskQueue') return { name: 'google-operations', kind: 'TASK_QUEUE_KIND_NORMAL' };
  const left = Object.entries(value).filter(([name]) => !DROPPED.has(name));
  return Object.fromEntries(left.map(([name, inner]) => [name, scrubbed(inner, name)]));
}

function assertNothingLocal(name, text) {
  const local = [root, hostname(), `${process.pid}@`].find((trace) => text.includes(trace));
  if (local !== undefined) throw new Error(`the history ${name} holds ${local}`);
}

function end(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
