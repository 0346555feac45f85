import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { downloadedPath } from '../../devserver/cache.js';
import { findTemporal } from '../../devserver/find.js';
import { run } from '../examples/support/process.js';

const SCRIPT = fileURLToPath(new URL('../../devserver/download-process.js', import.meta.url));

test("the SDK's download is named as we expect it, and one that is there is started and stopped", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'download-'));
  try {
    const { path } = await findTemporal();
    await symlink(path, downloadedPath(folder));
    const { code, stderr } = await run({ file: process.execPath, args: [SCRIPT, folder] });
    assert.equal(code, 0, stderr);
    assert.deepEqual(await readdir(folder), [basename(downloadedPath(folder))]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
