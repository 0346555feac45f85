import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort, isFree } from '../../devserver/port.js';
import { run, type RunningCommand, start } from './support/command.js';

const IP = '127.0.0.1';
const MAIN = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

describe('dev', { timeout: 300_000 }, () => {
  let dir: string;
  let dev: RunningCommand;
  const ports: number[] = [];

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'dev-test-'));
    for (let count = 0; count < 4; count++) ports.push(await freePort(IP));
    const [port, uiPort, emulatorPort, httpPort] = ports.map(String);
    dev = start(
      [
        ...['dev', '--emulator', '--port', port ?? '', '--ui-port', uiPort ?? ''],
        ...[
          '--http-port',
          httpPort ?? '',
          '--emulator-port',
          emulatorPort ?? '',
          '--db-file',
          join(dir, 'temporal.db'),
        ],
      ],
      // Settings for another server must not apply.
      {
        TEMPORAL_ADDRESS: 'temporal.acme.example:7233',
        TEMPORAL_TASK_QUEUE: 'theirs',
        TEMPORAL_PROFILE: 'prod',
      },
    );
    await dev.waitFor('stderr', 'Everything runs until Ctrl-C.');
  });
  after(async () => {
    dev.child.kill('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  });

  test(
    'it prints commands to type next, and they work as printed',
    { skip: process.platform === 'win32' },
    async () => {
      const typed = dev.written.stdout
        .split('\n')
        .filter((line) => line.startsWith('  '))
        .map((line) => line.trim());
      for (const line of dev.written.stdout.split('\n')) assert.ok(line.length <= 80, line);
      // What the printed HTTP address is for.
      typed.push('curl --fail --silent --output /dev/null $TEMPORAL_HTTP_ADDRESS/api/v1/namespaces/default/workflows');
      const script = typed.filter((line) => !/cancel-all|watch|abort|operations\/3/.test(line)).join('\n');
      const wrapper = `#!/bin/sh\nexec '${process.execPath}' '${MAIN}' "$@"\n`;
      await writeFile(join(dir, 'temporal-lro'), wrapper, { mode: 0o755 });
      const env = { ...process.env, PATH: `${dir}${delimiter}${process.env['PATH'] ?? ''}` };
      const { stdout, code } = await shell(script, env);
      assert.match(stdout, /AGE {2}NAME/);
      assert.match(stdout, /CANCELLED: the cancel won/);
      assert.match(stdout, /COMPLETED: the operation won, despite the cancel/);
      assert.equal(code, 0, 'the last command is the curl of the HTTP API');
    },
  );

  test('a port that is taken is named in the message', async () => {
    const { code, stderr } = await run(['dev', '--port', String(ports[0])]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`Port ${ports[0]} on ${IP}.* is taken`));
  });

  test('Ctrl-C stops everything and exits with 0', async () => {
    dev.child.kill('SIGINT');
    assert.equal(await dev.ended, 0);
    for (const port of ports) assert.equal(await isFree(IP, port), true, String(port));
  });
});

function shell(script: string, env: NodeJS.ProcessEnv): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile('sh', ['-c', script], { env }, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
    });
  });
}
