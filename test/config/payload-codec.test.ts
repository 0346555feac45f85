import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { defaultPayloadConverter } from '@temporalio/common';
import { aesGcmCodec } from '../../config/aes-gcm-codec.js';
import { loadPayloadCodecs } from '../../config/payload-codec.js';
import { readTemporalConfig } from '../../config/temporal-config.js';

const folder = mkdtempSync(join(tmpdir(), 'payload-codec-'));
after(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const codecsOf = (env: NodeJS.ProcessEnv) => loadPayloadCodecs(readTemporalConfig(env).payloadCodec);

describe('AES-GCM', () => {
  const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
  const payload = defaultPayloadConverter.toPayload({ reason: 'budget' });

  test('hides a payload, also from itself: the same one is never the same twice', async () => {
    const codec = aesGcmCodec([newKey]);
    const [one, other] = await codec.encode([payload, payload]);
    assert.equal(Buffer.from(one?.metadata?.['encoding'] ?? []).toString(), 'binary/encrypted');
    assert.notDeepEqual(one?.data, other?.data);
    assert.ok(!Buffer.from(one?.data ?? []).includes('budget'));
    for (const decoded of await codec.decode([one ?? {}, other ?? {}]))
      assert.deepEqual(defaultPayloadConverter.fromPayload(decoded), { reason: 'budget' });
  });

  test('reads what an earlier key and no codec have written', async () => {
    const codec = aesGcmCodec([newKey, oldKey]);
    const before = await aesGcmCodec([oldKey]).encode([payload]);
    for (const decoded of await codec.decode([...before, payload]))
      assert.deepEqual(defaultPayloadConverter.fromPayload(decoded), { reason: 'budget' });
  });

  test('refuses what another key or somebody else has written', async () => {
    const [encrypted = {}] = await aesGcmCodec([newKey]).encode([payload]);
    await assert.rejects(aesGcmCodec([oldKey]).decode([encrypted]), /key that is not in PAYLOAD_CODEC_KEY_FILE/);
    const data = Buffer.from(encrypted.data ?? []);
    data.writeUInt8(data.readUInt8(20) ^ 1, 20);
    await assert.rejects(aesGcmCodec([newKey]).decode([{ ...encrypted, data }]));
  });
});

describe('PAYLOAD_CODEC', () => {
  const key = file('key', randomBytes(32).toString('base64'));

  test('is none by default, AES-GCM with the keys of files, or the codec of a module', async () => {
    assert.deepEqual(await codecsOf({}), []);
    const raw = file('raw', randomBytes(32));
    assert.equal((await codecsOf({ PAYLOAD_CODEC: 'aes-gcm', PAYLOAD_CODEC_KEY_FILE: `${key}, ${raw}` })).length, 1);
    const module = file('codec.mjs', 'export const payloadCodec = { encode: async (p) => p, decode: async (p) => p };');
    assert.equal((await codecsOf({ PAYLOAD_CODEC: module })).length, 1);
  });

  test('is refused with the variable and what it takes', async () => {
    const bad: [NodeJS.ProcessEnv, RegExp][] = [
      [{ PAYLOAD_CODEC: 'aes-gcm' }, /PAYLOAD_CODEC_KEY_FILE is not set/],
      [{ PAYLOAD_CODEC_KEY_FILE: key }, /PAYLOAD_CODEC is not aes-gcm/],
      [
        { PAYLOAD_CODEC: 'aes-gcm', PAYLOAD_CODEC_KEY_FILE: file('short', 'c2hvcnQ=') },
        /has no key; it takes 32 bytes, as they are or in base64/,
      ],
      [{ PAYLOAD_CODEC: 'aes-gcm', PAYLOAD_CODEC_KEY_FILE: join(folder, 'none') }, /cannot be read \(ENOENT\)/],
      [{ PAYLOAD_CODEC: join(folder, 'none.mjs') }, /PAYLOAD_CODEC is .* cannot be loaded/],
      [{ PAYLOAD_CODEC: file('other.mjs', 'export const codec = {};') }, /does not export payloadCodec/],
    ];
    for (const [env, message] of bad) await assert.rejects(async () => codecsOf(env), message);
  });
});
