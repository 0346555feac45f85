import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { FOLDER } from './install.js';

/** An exception of Python. */
export interface PythonError {
  /** The name of its class. */
  type: string;
  code: number | null;
  text: string;
  /** Messages of google.rpc that the client has read. */
  details: Record<string, unknown>[];
}

/** Google's Python clients, in a process of their own. */
export interface PythonClients {
  /** The value of an expression. The names in its scope are those of clients.py. @throws where Python does */
  value(expression: string): Promise<unknown>;
  /** The exception of an expression. @throws where there is none */
  error(expression: string): Promise<PythonError>;
  close(): Promise<void>;
}

type Line = { value: unknown } | { error: PythonError };

/** @param url the server that the clients call */
export async function startPythonClients(python: string, url: string): Promise<PythonClients> {
  const child = spawn(python, [join(FOLDER, 'clients.py'), url], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // Nothing else of whoever runs the tests: neither proxies nor Google's variables.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    timeout: 300_000,
    killSignal: 'SIGKILL',
  });
  const closed = once(child, 'close');
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<Line> => {
    const line = await lines.next();
    assert.ok(line.done !== true, 'the process of the Python clients has ended');
    return JSON.parse(line.value) as Line;
  };
  const evaluate = (expression: string): Promise<Line> => {
    child.stdin.write(`${expression}\n`);
    return read();
  };
  await read();
  return {
    async value(expression) {
      const line = await evaluate(expression);
      assert.ok('value' in line, `${expression}: ${JSON.stringify(line)}`);
      return line.value;
    },
    async error(expression) {
      const line = await evaluate(expression);
      assert.ok('error' in line, `${expression}: ${JSON.stringify(line)}`);
      return line.error;
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}
