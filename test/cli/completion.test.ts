import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { run } from './support/command.js';

/** Skips a test where this machine has no such shell. */
function needs(t: TestContext, shell: string): boolean {
  const isHere = spawnSync(shell, ['-c', 'true']).error === undefined;
  if (!isHere) t.skip(`no ${shell} here`);
  return isHere;
}

const words = async (typed: string): Promise<string[]> => {
  const { stdout } = await run(['completion', 'bash']);
  const last = typed.split(' ').length - 1;
  const call = `COMP_WORDS=(${typed.replace(/ $/, " ''")}); COMP_CWORD=${last}; _temporal_lro; echo "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${stdout}\n${call}`], { encoding: 'utf8' })
    .trim()
    .split(' ');
};

test('bash completes commands, their flags, the values of flags, and nothing for a free text', async (t) => {
  if (!needs(t, 'bash')) return;
  assert.deepEqual(await words('temporal-lro cancel'), ['cancel', 'cancel-all']);
  assert.deepEqual(await words('temporal-lro watch --abort'), ['--abort-after']);
  assert.ok((await words('temporal-lro cancel -')).includes('--no-wait'));
  assert.deepEqual(await words('temporal-lro status -o j'), ['json', 'jsonl']);
  assert.deepEqual(await words('temporal-lro completion f'), ['fish']);
  assert.deepEqual(await words('temporal-lro cancel --reason -'), ['']);
});

test('every command has its flags in each script, as in --help', async () => {
  const { stdout: help } = await run(['--help']);
  const commands = [...help.matchAll(/^ {2}([a-z-]+)(?: \[options\]| <shell>| {5})/gm)].map(([, name]) => name ?? '');
  assert.ok(commands.includes('cancel-all') && commands.includes('completion'), help);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await run(['completion', shell]);
    assert.equal(code, 0);
    for (const command of commands) assert.match(stdout, new RegExp(`\\b${command}\\b`));
    assert.match(stdout, /(?:--|-l )resend-cancel-after\b/);
  }
});

for (const [shell, flag] of [
  ['zsh', '-fn'],
  ['fish', '--no-execute'],
] as const)
  test(`${shell} can read its script`, async (t) => {
    if (!needs(t, shell)) return;
    const { stdout } = await run(['completion', shell]);
    // fish reads pipes only, and Node's is a socket.
    const read = (input: string) => execFileSync('sh', ['-c', `cat | ${shell} ${flag}`], { input, stdio: 'pipe' });
    read(stdout);
    assert.throws(() => read(`${stdout}\nif (\n`), 'it reads all of it');
  });

test('another shell is bad usage', async () => {
  const { code, stderr } = await run(['completion', 'tcsh']);
  assert.equal(code, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish/);
});
