import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAddress, parseHostPort, parseTemporalAddress } from '../../config/host-port.js';

describe('a host and port', () => {
  it('is a name or an address, and a port', () => {
    const cases: [string, string, number][] = [
      ['localhost:8080', 'localhost', 8_080],
      ['a:1', 'a', 1],
      ['0.0.0.0:65535', '0.0.0.0', 65_535],
      ['my-host_1.example:80', 'my-host_1.example', 80],
      ['[::1]:9464', '::1', 9_464],
      ['[fe80::ABCD:1.2.3.4]:1', 'fe80::ABCD:1.2.3.4', 1],
    ];
    for (const [text, host, port] of cases) {
      assert.deepEqual(parseHostPort(text), { host, port }, text);
      assert.equal(formatAddress({ host, port }), text);
    }
  });

  it('is no other text', () => {
    for (const text of [
      '',
      'localhost',
      ':80',
      'localhost:',
      'localhost:0',
      'localhost:65536',
      'localhost:123456',
      'localhost:80x',
      'x localhost:80',
      'http://localhost:80',
      'user@localhost:80',
      '-a:80',
      'a-:80',
      '::1:80',
      '[::1]80',
      '[]:80',
      '[::g]:80',
    ]) {
      assert.equal(parseHostPort(text), undefined, text);
    }
    assert.deepEqual(parseHostPort('localhost:0', 0), { host: 'localhost', port: 0 });
    assert.equal(parseHostPort('localhost:79', 80), undefined);
  });

  it('of Temporal may lack its port, which is then 7233', () => {
    assert.deepEqual(parseTemporalAddress('localhost:80'), { host: 'localhost', port: 80 });
    assert.deepEqual(parseTemporalAddress('localhost'), { host: 'localhost', port: 7_233 });
    assert.deepEqual(parseTemporalAddress('[::1]'), { host: '::1', port: 7_233 });
    assert.equal(parseTemporalAddress('localhost:0'), undefined);
    assert.equal(parseTemporalAddress('http://localhost'), undefined);
  });
});
