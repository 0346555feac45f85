import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatAddress, parseHostPort } from '../../config/host-port.js';
import { redactLogLine } from '../../worker/redact.js';

describe('a line of the log', () => {
  it('loses its tokens and keys, and keeps what stands around them', () => {
    const key = 'MIIEvQ+/=\\n'.repeat(20);
    const cases: [string, string][] = [
      ['a Bearer abcd.EFG-1_~+/= b', 'a Bearer [redacted] b'],
      ['a basic  abcdefgh b', 'a basic  [redacted] b'],
      ['Bearer abcdefgh Bearer ijklmnop', 'Bearer [redacted] Bearer [redacted]'],
      ['a bearer of news', 'a bearer of news'],
      ['forbearer abcdefgh', 'forbearer abcdefgh'],
      ['a ya29.a0Af_H6-S.x b', 'a [redacted] b'],
      ['xya29.abc', 'xya29.abc'],
      ['a eyJhbGciOiJI.eyJpc3M.c2ln b', 'a [redacted] b'],
      ['a eyJhbGciOiJI.eyJpc3M. b', 'a [redacted] b'],
      ['a eyJhbGciOiJI.eyJpc3M b', 'a eyJhbGciOiJI.eyJpc3M b'],
      ['a eyJhbG.eyJpc3M.c2ln b', 'a eyJhbG.eyJpc3M.c2ln b'],
      [`a -----BEGIN PRIVATE KEY-----${key}-----END PRIVATE KEY----- b`, 'a [redacted] b'],
      [`a -----BEGIN RSA PRIVATE KEY-----\n${key}\n-----END RSA PRIVATE KEY----- b`, 'a [redacted] b'],
      [`a -----BEGIN PRIVATE KEY-----${key}`, 'a [redacted]'],
      ['{"access_token": "abcdefgh-1"}', '{"access_token": "[redacted]"}'],
      ['refresh_token=abcdefgh&x', 'refresh_token=[redacted]&x'],
      ['"ID_TOKEN":"abcdefgh"', '"ID_TOKEN":"[redacted]"'],
      ['client_secret: abcdefgh', 'client_secret: [redacted]'],
      ['"private_key":"abcdefgh"', '"private_key":"[redacted]"'],
      ['access_token abc', 'access_token abc'],
      ['access_token is gone, abcdefgh', 'access_token is gone, abcdefgh'],
    ];
    for (const [text, safe] of cases) assert.equal(redactLogLine(text), safe);
  });
});

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

  it('is nothing else', () => {
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
});
