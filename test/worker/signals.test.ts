import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';

const MODULE = new URL('../../worker/signals.js', import.meta.url).href;

// A process that never stops.
const STUCK = `
  const { onStopSignal } = await import(${JSON.stringify(MODULE)});
  onStopSignal((signal) => console.log(signal));
  setInterval(() => undefined, 1_000);
  console.log('listening');
`;

describe('signals', () => {
  it('call stop at the first, and end the process at the second', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', STUCK], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const line = async (): Promise<string> => {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      return chunk.toString().trim();
    };
    assert.equal(await line(), 'listening');
    child.kill('SIGINT');
    assert.equal(await line(), 'SIGINT');
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [143, null]);
  });
});
