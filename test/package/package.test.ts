import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startTemporal, type TemporalServer } from '../../devserver/index.js';
import { type Emulator, startEmulator } from '../../emulator/index.js';
import { demand, ROOT, run, start } from '../examples/support/process.js';

/**
 * The versions of Temporal's SDK that the package promises: the newest and the oldest, as in its `peerDependencies`.
 */
const SDK_VERSIONS = ['1.24', '1.22'];
/** The maximum that `temporal-lro-client` may add to Temporal's own client, in bytes. */
const MAX_CLIENT_BYTES = 60_000_000;
/** The name in the README's sample. */
const NAME = 'projects/demo/locations/us-central1/operations/1';

const WORKFLOWS = 'export async function greet(name: string): Promise<string> {\n  return `Hello, ${name}`;\n}\n';
const TSCONFIG = {
  // Temporal's own declarations need skipLibCheck: ms has no types that they find.
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023'],
    module: 'node20',
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
    strict: true,
    skipLibCheck: true,
  },
  include: ['src'],
};

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const isWanted = process.env['TEST_PACKAGE'] !== undefined;

/**
 * Installs packages from the registry, or from npm's cache, into a new project, and runs the README's samples in it.
 */
describe(
  'the packed packages, installed with npm',
  { skip: !isWanted && 'npm run test:package runs it', timeout: 600_000 },
  () => {
    let folder: string;
    let temporal: TemporalServer;
    let emulator: Emulator;
    let samples: string[];

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'packed-'));
      for (const from of [ROOT, join(ROOT, 'dist-client')])
        await demand({
          file: npm,
          args: ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder],
          cwd: from,
        });
      const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
      samples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
      temporal = await startTemporal({ say: (line) => process.stderr.write(`${line}\n`) });
      emulator = await startEmulator();
    });
    after(async () => {
      await emulator?.close();
      await temporal?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** The README's sample that imports this. */
    function sample(imported: string): string {
      return samples.find((text) => text.includes(`from '${imported}'`)) ?? assert.fail(`no ${imported}`);
    }

    /** The README's client, for an operation of the test's own. */
    function clientSample(name: string): string {
      return changed(sample('temporal-lro/client'), [[NAME, name]]);
    }

    /** The README's worker with the lines that the README omits. */
    function workerSample(): string {
      return changed(sample('temporal-lro'), [
        ['import { Worker }', "import { fileURLToPath } from 'node:url';\nimport { NativeConnection, Worker }"],
        [
          'const worker =',
          `const connection = await NativeConnection.connect({ address: '${temporal.address}' });
const taskQueue = 'my-task-queue';
const workflowsPath = fileURLToPath(new URL('./workflows.js', import.meta.url));
const worker =`,
        ],
        ['Worker.create({ taskQueue', 'Worker.create({ connection, taskQueue'],
        [/$/, 'await worker.run();\n'],
      ]);
    }

    async function project(name: string, ...packages: string[]): Promise<string> {
      const cwd = join(folder, name);
      await mkdir(join(cwd, 'src'), { recursive: true });
      await writeFile(join(cwd, 'package.json'), JSON.stringify({ name, private: true, type: 'module' }));
      await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify(TSCONFIG));
      await install(cwd, ...packages);
      return cwd;
    }

    async function install(cwd: string, ...packages: string[]): Promise<void> {
      const quick = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline'];
      await demand({ file: npm, args: ['install', ...quick, ...packages], cwd });
    }

    for (const version of SDK_VERSIONS) {
      test(`Temporal ${version}: the README's samples are strictly typed, and cancel an operation`, async () => {
        const sdk = ['client', 'worker', 'workflow'].map((name) => `@temporalio/${name}@~${version}.0`);
        const cwd = await project(
          `sdk-${version}`,
          ...sdk,
          join(folder, 'temporal-lro-0.1.0.tgz'),
          'typescript@7',
          '@types/node@20',
        );
        const name = `${NAME}-${version}`;
        emulator.add({ name, onCancel: { kind: 'wins', afterMs: 200 } });
        await writeFile(join(cwd, 'src', 'client.ts'), clientSample(name));
        await writeFile(join(cwd, 'src', 'worker.ts'), workerSample());
        await writeFile(join(cwd, 'src', 'workflows.ts'), WORKFLOWS);
        await demand({ file: process.execPath, args: ['node_modules/typescript/bin/tsc', '-p', '.'], cwd });
        assert.deepEqual(await nativeModules(cwd), [`${version}.0`], 'one copy of the native code, and the right one');

        const env = { PATH: process.env['PATH'], HOME: cwd, OPERATIONS_EMULATOR_HOST: emulator.host };
        const envOfClient = { ...env, TEMPORAL_ADDRESS: temporal.address };
        const worker = start({ file: process.execPath, args: ['dist/worker.js'], cwd, env });
        const cancelling = run({ file: process.execPath, args: ['dist/client.js'], cwd, env: envOfClient });
        const client = await Promise.race([cancelling, worker.ended]);
        const ended = await worker.stop();
        assert.equal(client.stdout, 'CANCELLED true\n', client.stderr + ended.stderr);
        assert.equal(ended.code, 0, ended.stderr);
      });
    }

    test('temporal-lro-client alone is small, and typed', async () => {
      const cwd = await project('client', `@temporalio/client@~${SDK_VERSIONS[0]}.0`);
      const before = await sizeOf(join(cwd, 'node_modules'));
      await install(cwd, join(folder, 'temporal-lro-client-0.1.0.tgz'));
      const added = (await sizeOf(join(cwd, 'node_modules'))) - before;
      process.stdout.write(
        `# temporal-lro-client adds ${(added / 1e6).toFixed(1)} MB to ${(before / 1e6).toFixed(0)} MB\n`,
      );
      assert.ok(added < MAX_CLIENT_BYTES, `${added} bytes`);
      for (const absent of ['@temporalio/worker', '@temporalio/core-bridge', 'webpack', 'google-auth-library'])
        await assert.rejects(stat(join(cwd, 'node_modules', absent)), { code: 'ENOENT' });

      await install(cwd, 'typescript@7', '@types/node@20');
      const code = changed(clientSample(`${NAME}-alone`), [['temporal-lro/client', 'temporal-lro-client']]);
      await writeFile(join(cwd, 'src', 'client.ts'), code);
      await demand({ file: process.execPath, args: ['node_modules/typescript/bin/tsc', '-p', '.'], cwd });
    });

    test('npx of the one tarball in an empty folder runs the demonstration', async () => {
      const cwd = join(folder, 'empty');
      await mkdir(cwd);
      await cp(join(folder, 'temporal-lro-0.1.0.tgz'), join(cwd, 'temporal-lro-0.1.0.tgz'));
      const args = ['exec', '--yes', '--', './temporal-lro-0.1.0.tgz', 'demo', '--exit'];
      const { code, stdout, stderr } = await run({ file: npm, args, cwd });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /All records are\s+right/);
    });
  },
);

/** A text with these changes, each of which has to change something. */
function changed(text: string, changes: readonly (readonly [string | RegExp, string])[]): string {
  return changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    assert.notEqual(after, before, `there is no ${String(from)} in the sample`);
    return after;
  }, text);
}

/** The versions of the SDK's native code in a project. */
async function nativeModules(cwd: string): Promise<string[]> {
  const manifests = (await readdir(join(cwd, 'node_modules'), { recursive: true })).filter((path) =>
    path.endsWith(join('@temporalio', 'core-bridge', 'package.json')),
  );
  return Promise.all(
    manifests.map(async (path) => {
      const manifest = await readFile(join(cwd, 'node_modules', path), 'utf8');
      return (JSON.parse(manifest) as { version: string }).version;
    }),
  );
}

/** The bytes of all files in a folder. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
