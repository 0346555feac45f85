import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findTemporal } from '../../devserver/find.js';
import { until } from '../support/history.js';
import { installPacked } from './support/package.js';
import { demand, ROOT, run, type Running, start } from './support/process.js';

/** The commands that are not run, by the reason: how each begins. */
const EXCUSED: Record<string, string[]> = {
  'test/cli/demo.test.ts runs the demonstration': ['npm ci && npm run demo'],
  'npm run test:package packs and installs; here the packed files are put into the folder': [
    'npm run build && npm pack',
    'mkdir ../try-lro',
    'npm install ../temporal-lro',
  ],
  'the other commands run against it': ['npx temporal-lro dev --emulator', 'temporal-lro dev --emulator'],
  'dev prints the address to use in its place': ['export TEMPORAL_ADDRESS=', 'export OPERATIONS_EMULATOR_HOST='],
  'it is for a worker of a real project': [
    'export ALLOWED_OPERATIONS',
    'npm run build && npm start',
    'export GOOGLE_SERVICES=',
  ],
};
/** The exit codes of `cancel` and `watch` that are outcomes. */
const OUTCOMES = [0, 3, 4, 5, 6, 7];

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
const commands = commandsOf(readme);
const isExcused = (command: string) =>
  Object.values(EXCUSED)
    .flat()
    .some((begin) => command.startsWith(begin));

test('every excuse is for a command that the README has', () => {
  for (const begin of Object.values(EXCUSED).flat())
    assert.ok(
      commands.some((command) => command.startsWith(begin)),
      begin,
    );
});

describe('the README, followed literally', { skip: process.platform === 'win32', timeout: 300_000 }, () => {
  let folder: string;
  let dev: Running;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'readme-'));
    await installPacked(folder, []);
    const bin = join(folder, 'node_modules', '.bin');
    await mkdir(bin);
    await symlink('../temporal-lro/dist/cli/main.js', join(bin, 'temporal-lro'));
    const temporal = dirname((await findTemporal()).path);
    const path = [bin, temporal, process.env['PATH']].join(delimiter);
    env = { PATH: path, HOME: process.env['HOME'], NODE_NO_WARNINGS: '1' };
    await demand({ file: 'chmod', args: ['+x', join(bin, 'temporal-lro')] });
    const output = join(folder, 'dev.out');
    dev = start({ file: 'sh', args: ['-c', `exec temporal-lro dev --emulator > ${output}`], cwd: folder, env });
    const ended = dev.ended.then(({ stderr }) => Promise.reject(new Error(stderr)));
    const printed = () => readFile(output, 'utf8').catch(() => '');
    const text = await Promise.race([until(printed, (written) => written.includes('cancel-all'), 120_000), ended]);
    for (const [, name = '', value] of text.matchAll(/\b(TEMPORAL_\w+|OPERATIONS_EMULATOR_HOST)=(\S+)/g))
      env[name] = value;
  });
  after(async () => {
    await dev?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('every command works, in this order', async () => {
    const sample = /```ts\n(.*?'temporal-lro\/client'.*?)```/s.exec(readme)?.[1] ?? assert.fail('there is no sample');
    await writeFile(join(folder, 'cancel.mjs'), sample);
    for (const command of commands.filter((one) => !isExcused(one))) {
      const { code, stdout, stderr } = await run({ file: 'sh', args: ['-c', command], cwd: folder, env });
      const allowed = /^temporal-lro (cancel|watch) /.test(command) ? OUTCOMES : [0];
      assert.ok(allowed.includes(code ?? -1), `${command}\nended with ${code}:\n${stderr}${stdout}`);
      const promised = /# prints ([A-Z]+ \w+)/.exec(command)?.[1];
      if (promised !== undefined) assert.equal(stdout, `${promised}\n`);
    }
  });
});

/** The commands of blocks without a language, and those with flags in the text, in their order. */
function commandsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```|`(temporal(?:-lro)? [^`\n]* --[^`\n]*)`/gms)].flatMap(
    ([, language, block, inline]) => {
      if (inline !== undefined) return [inline];
      const lines = language === '' ? (block ?? '').replaceAll(/\\\n\s*/g, '').split('\n') : [];
      // The demonstration's table is a block too.
      return /^operation {2}/.test(lines[0] ?? '') ? [] : lines.filter((line) => line !== '');
    },
  );
}
