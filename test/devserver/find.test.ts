import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { builtPath, cachedExecutables, downloadedPath } from '../../devserver/cache.js';
import { TemporalServerError } from '../../devserver/error.js';
import { type FindOptions, findTemporal } from '../../devserver/find.js';
import { parseVersion } from '../../devserver/inspect.js';
import { buildCli, type Provider } from '../../devserver/providers.js';

const GOOD = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';
const SYSTEM_PATH = ['/usr/bin', '/bin'].join(delimiter);

let root: string;
let said: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'find-temporal-'));
  said = [];
});
afterEach(() => rm(root, { recursive: true }));

async function script(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

const noProvider: Provider = async () => ({ problem: 'not in this test' });

function find(path: string[], options: FindOptions = {}) {
  return findTemporal({
    env: { PATH: path.map((dir) => join(root, dir)).join(delimiter) },
    cacheDir: join(root, 'cache'),
    temporaryDir: join(root, 'tmp'),
    say: (line) => said.push(line),
    providers: [noProvider],
    ...options,
  });
}

async function failureOf(finding: Promise<unknown>): Promise<TemporalServerError> {
  const error: unknown = await finding.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof TemporalServerError, String(error));
  assert.equal(error.code, 'NO_EXECUTABLE');
  return error;
}

describe('finding a Temporal server', () => {
  it('uses the first temporal on PATH that works', async () => {
    await script(join(root, 'broken', 'temporal'), 'exit 3');
    await script(join(root, 'foreign', 'temporal'), 'echo "a calendar library"');
    await script(join(root, 'old', 'temporal'), 'echo "temporal version 0.12.0 (server 1.23.0) (ui 2.26.2)"');
    const good = await script(join(root, 'good', 'temporal'), GOOD);
    const found = await find(['none', 'broken', 'foreign', 'old', 'good']);
    assert.deepEqual(found, { path: good, version: '1.29.1' });
    assert.equal(said.length, 3);
    assert.match(said.join('\n'), /broken.*3[^]*foreign.*not the Temporal CLI[^]*old.*1\.23\.0 is older than 1\.28/);
  });

  it('never runs a temporal of the current directory', async () => {
    const good = await script(join(root, 'good', 'temporal'), GOOD);
    const fromHere = relative(process.cwd(), dirname(good));
    await failureOf(find([], { env: { PATH: [fromHere, '.', ''].join(delimiter) } }));
  });

  it('uses an executable in the cache instead of getting it again', async () => {
    const built = await script(builtPath(join(root, 'cache')), GOOD);
    assert.equal((await find([])).path, built);
    const downloaded = await script(downloadedPath(join(root, 'cache')), GOOD);
    assert.equal((await find([])).path, downloaded);
  });

  it("uses the SDK's own download in the temporary folder unless other users may write to it", async () => {
    const path = await script(downloadedPath(join(root, 'tmp')), GOOD);
    assert.equal((await find([])).path, path);
    await chmod(path, 0o777);
    await failureOf(find([]));
  });

  it('follows no symbolic link to an executable, except on PATH', async () => {
    const target = await script(join(root, 'elsewhere', 'temporal'), GOOD);
    for (const link of [
      downloadedPath(join(root, 'tmp')),
      downloadedPath(join(root, 'cache')),
      builtPath(join(root, 'cache')),
    ]) {
      await mkdir(dirname(link), { recursive: true });
      await symlink(target, link);
      await failureOf(find([]));
      await rm(link);
    }
    await mkdir(join(root, 'homebrew'));
    await symlink(target, join(root, 'homebrew', 'temporal'));
    assert.equal((await find(['homebrew'])).path, join(root, 'homebrew', 'temporal'));
  });

  it('runs nothing in a folder in which other users can replace it', async () => {
    const built = await script(builtPath(join(root, 'cache')), GOOD);
    await chmod(dirname(built), 0o777);
    await failureOf(find([]));
    await chmod(dirname(built), 0o1777);
    assert.equal((await find([])).path, built);
    await chmod(built, 0o775);
    await failureOf(find([]));
  });

  it('makes the cache a folder of the user alone', async () => {
    await mkdir(join(root, 'cache'));
    await chmod(join(root, 'cache'), 0o777);
    await failureOf(find([]));
    assert.equal((await stat(join(root, 'cache'))).mode & 0o777, 0o700);
  });

  it('calls the providers in order, and only if nothing is found', async () => {
    const called: string[] = [];
    const fails: Provider = async () => (called.push('first'), { problem: 'no network' });
    const makes: Provider = async ({ cacheDir }) => {
      called.push('second');
      return { path: await script(builtPath(cacheDir), GOOD) };
    };
    const found = await find([], { providers: [fails, makes] });
    assert.equal(found.path, builtPath(join(root, 'cache')));
    await find([], { providers: [fails, makes] });
    assert.deepEqual(called, ['first', 'second']);
    assert.match(said.join('\n'), /no network/);
  });

  it('gets one executable for several searches at the same time', async () => {
    let made = 0;
    const makes: Provider = async ({ cacheDir }) => {
      made += 1;
      return { path: await script(builtPath(cacheDir), GOOD) };
    };
    const found = await Promise.all([1, 2, 3].map(() => find([], { providers: [makes] })));
    assert.equal(new Set(found.map(({ path }) => path)).size, 1);
    assert.equal(made, 1);
    assert.deepEqual(
      (await readdir(join(root, 'cache'))).filter((name) => name.includes('lock')),
      [],
    );
  });

  it('explains everything it tried if none is found, and what to do', async () => {
    await script(join(root, 'broken', 'temporal'), 'echo "bad luck" >&2; exit 1');
    const { message } = await failureOf(find(['broken']));
    assert.match(message, /broken.temporal: .*ended with 1: bad luck/);
    assert.match(message, /not in this test/);
    assert.match(message, /Install the Temporal CLI/);
  });
});

describe('building the server with Go', () => {
  const context = () => ({
    cacheDir: join(root, 'cache'),
    say: (line: string) => said.push(line),
    env: { PATH: `${join(root, 'bin')}${delimiter}${SYSTEM_PATH}` } as NodeJS.ProcessEnv,
  });

  it('leaves the executable in the cache and nothing else', async () => {
    const install = 'test "$1" = version && exit 0; printf \'#!/bin/sh\\n\' > "$GOBIN/temporal"; echo "$2" >&2';
    await script(join(root, 'bin', 'go'), install);
    const result = await buildCli(context());
    assert.deepEqual(result, { path: builtPath(join(root, 'cache')) });
    assert.deepEqual(await readdir(join(root, 'cache')), ['temporal-cli-v1.5.1']);
    assert.deepEqual(cachedExecutables(join(root, 'cache'), root), [builtPath(join(root, 'cache'))]);
    assert.match(said.join('\n'), /go install github\.com\/temporalio\/cli\/cmd\/temporal@v1\.5\.1[^]*three minutes/);
  });

  it("quotes Go's last output when it fails", async () => {
    await script(join(root, 'bin', 'go'), 'test "$1" = version && exit 0; echo "dial tcp: no route" >&2; exit 1');
    const result = await buildCli(context());
    assert.ok('problem' in result);
    assert.match(result.problem, /go install .* failed:\n\s+dial tcp: no route/);
    assert.deepEqual(await readdir(join(root, 'cache')), []);
  });

  it('reports that there is no Go', async () => {
    const result = await buildCli({ ...context(), env: { PATH: join(root, 'bin') } });
    assert.match('problem' in result ? result.problem : '', /no working Go on PATH/);
  });
});

describe('the version of a Temporal CLI', () => {
  const versions: [text: string, expected: string | RegExp][] = [
    ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', '1.29.1'],
    ['temporal version 0.0.0-DEV (Server 1.28.0-148.3, UI 2.42.1)', '1.28.0-148.3'],
    ['temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', '2.0.0'],
    ['temporal version 1.3.0 (Server 1.27.1, UI 2.36.0)', /older than 1\.28/],
    ['', /not the Temporal CLI/],
  ];
  for (const [text, expected] of versions) {
    it(`is read from ${JSON.stringify(text)}`, () => {
      const read = parseVersion(text);
      if (typeof expected === 'string') assert.deepEqual(read, { version: expected });
      else assert.match('problem' in read ? read.problem : '', expected);
    });
  }
});
