import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { demand, type Ended, ROOT, run } from '../examples/support/process.js';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const NAME = 'left-of-center';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-file-'));
});
after(() => rm(folder, { recursive: true }));

describe('the lock file', () => {
  const check = (file: string) => run({ file: process.execPath, args: ['scripts/check-lock.mjs', file], cwd: ROOT });

  it('pins the contents of every package', async () => {
    assert.deepEqual(await check('package-lock.json'), { code: 0, stdout: '', stderr: '' });
  });

  it('fails the check with one package whose contents are not pinned, or that comes from elsewhere', async () => {
    const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, Record<string, unknown>>;
    };
    const entry = lock.packages['node_modules/valibot'] ?? assert.fail();
    for (const change of [{ integrity: undefined }, { integrity: 'sha1-x' }, { resolved: 'https://x.example/x.tgz' }]) {
      const packages = { ...lock.packages, 'node_modules/valibot': { ...entry, ...change } };
      await writeFile(join(folder, 'lock.json'), JSON.stringify({ ...lock, packages }));
      const { code, stderr } = await check(join(folder, 'lock.json'));
      assert.equal(code, 1);
      assert.match(stderr, /pins no contents of node_modules\/valibot\. /);
    }
  });
});

/** A registry with one package, and projects with this repository's `.npmrc` that depend on it. */
describe('npm ci, from a registry on this machine', () => {
  let registry: Server;
  let url: string;
  let served: Buffer;
  let honest: Buffer;
  let tampered: Buffer;

  before(async () => {
    honest = await tarball('honest', 'module.exports = 1;');
    tampered = await tarball('tampered', 'module.exports = "stolen";');
    registry = createServer((request, response) => {
      if (request.url?.endsWith('.tgz')) return void response.end(served);
      // A registry that sends other contents also says that they are right.
      const dist = { tarball: `${url}/${NAME}.tgz`, integrity: integrityOf(served) };
      const version = { name: NAME, version: '1.0.0', hasInstallScript: true, dist };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ name: NAME, 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } }));
    });
    await once(registry.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  });
  after(() => registry.close());

  async function tarball(name: string, code: string): Promise<Buffer> {
    const root = join(folder, name, 'package');
    await mkdir(root, { recursive: true });
    const postinstall = `node -e "fs.writeFileSync('ran', '')"`;
    await writeFile(
      join(root, 'package.json'),
      JSON.stringify({ name: NAME, version: '1.0.0', scripts: { postinstall } }),
    );
    await writeFile(join(root, 'index.js'), code);
    await demand({ file: 'tar', args: ['-czf', 'package.tgz', 'package'], cwd: join(folder, name) });
    return readFile(join(folder, name, 'package.tgz'));
  }

  /** Runs `npm ci` in a project whose lock file has this integrity. */
  async function install(
    project: string,
    contents: Buffer,
    integrity?: string,
  ): Promise<Ended & { installed: string }> {
    served = contents;
    const cwd = join(folder, project);
    const installed = join(cwd, 'node_modules', NAME);
    const own = { name: project, version: '1.0.0', dependencies: { [NAME]: '1.0.0' } };
    const packages = { '': own, [`node_modules/${NAME}`]: { version: '1.0.0', integrity, hasInstallScript: true } };
    await mkdir(cwd);
    await cp(join(ROOT, '.npmrc'), join(cwd, '.npmrc'));
    await writeFile(join(cwd, 'package.json'), JSON.stringify(own));
    await writeFile(join(cwd, 'package-lock.json'), JSON.stringify({ ...own, lockfileVersion: 3, packages }));
    const npm_config_cache = join(folder, `${project}-cache`);
    const env = { PATH: process.env['PATH'], HOME: cwd, npm_config_registry: url, npm_config_cache };
    return { ...(await run({ file: npm, args: ['ci', '--no-audit'], cwd, env })), installed };
  }

  it('installs what the lock file pins, and does not run its install script', async () => {
    const { code, stderr, installed } = await install('same', honest, integrityOf(honest));
    assert.equal(code, 0, stderr);
    assert.equal(await readFile(join(installed, 'index.js'), 'utf8'), 'module.exports = 1;');
    assert.equal(existsSync(join(installed, 'ran')), false);
  });

  it('refuses other contents under the same version, whatever the registry says of them', async () => {
    const { code, stderr, installed } = await install('other', tampered, integrityOf(honest));
    assert.notEqual(code, 0);
    assert.match(stderr, /EINTEGRITY/);
    assert.equal(existsSync(join(installed, 'index.js')), false);
  });

  it('would install them where the lock file pins nothing', async () => {
    const { code, stderr, installed } = await install('unpinned', tampered);
    assert.equal(code, 0, stderr);
    assert.match(await readFile(join(installed, 'index.js'), 'utf8'), /stolen/);
  });
});

function integrityOf(contents: Buffer): string {
  return `sha512-${createHash('sha512').update(contents).digest('base64')}`;
}
