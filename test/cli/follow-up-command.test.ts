import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { commandLine, nameWords } from '../../cli/output/follow-up-command.js';

const vertex = { service: 'aiplatform.googleapis.com', apiVersion: 'v1beta1' };
const NAMES = [
  'projects/p/operations/1',
  '-x/operations/1',
  '--help/operations/1',
  '~root/operations/1',
  '=ls/operations/1',
];

describe('a printed command', () => {
  it('names the operation, even one that looks like a flag, and comes through a shell unchanged', () => {
    for (const name of NAMES)
      for (const apiVersion of ['v1beta1', 'v1']) {
        const line = commandLine(
          { address: 'a:1', namespace: 'n' },
          'status',
          ...nameWords({ ...vertex, name, apiVersion }),
        );
        const words = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' })
          .trimEnd()
          .split('\n');
        const api = apiVersion === 'v1' ? ['--api-version', 'v1'] : [];
        const flags = ['--address', 'a:1', '--namespace', 'n'];
        const expected = name.startsWith('-') ? [...api, ...flags, '--', name] : [name, ...api, ...flags];
        assert.deepEqual(words, ['temporal-lro', 'status', ...expected]);
      }
  });

  it('quotes what zsh would replace by the path of a command', () => {
    assert.match(commandLine({}, 'status', '=ls/operations/1'), /'=ls\/operations\/1'/);
  });
});
