import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretFilter } from '../../google/http/redact-sent-secrets.js';

const TOKEN = 'ya29.a0Af_H6-S~x+/kL0pQrStUvWxYz~~~~/1234567890';
const filter = secretFilter({ headers: new Headers({ authorization: `Bearer ${TOKEN}` }) });

/** Bytes of the token that can still be read in a text of base64 digits. */
function readable(text: string): string {
  const digits = text.replaceAll('[redacted]', '!').replaceAll(/\\[rn]|[\r\n]|\\(?=\/)/g, '');
  const pieces = digits.split('!').flatMap((piece) => [piece, `A${piece}`, `AA${piece}`, `AAA${piece}`]);
  return pieces.map((piece) => Buffer.from(piece, 'base64').toString('latin1')).join('\n');
}

describe('a token that a server repeats in base64', () => {
  const spellings: Record<string, (base64: string) => string> = {
    'as it is': (base64) => base64,
    'as base64url': (base64) => base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
    'in lines of 76': (base64) => base64.replaceAll(/.{76}/g, '$&\r\n'),
    'in lines of 4': (base64) => base64.replaceAll(/.{4}/g, '$&\n'),
    'as JSON writes lines and slashes': (base64) =>
      JSON.stringify(base64.replaceAll(/.{20}/g, '$&\r\n')).replaceAll('/', '\\/'),
    'in a URL': (base64) => encodeURIComponent(base64),
  };
  for (const [how, spell] of Object.entries(spellings)) {
    it(`is taken out ${how}, wherever it stands in what is encoded`, () => {
      for (let before = 0; before < 100; before += 1) {
        const encoded = spell(Buffer.from(`${'.'.repeat(before)}${TOKEN}, and more??????`).toString('base64'));
        const cleaned = filter(`{"x":"${encoded}","y":"kept"}`);
        assert.match(cleaned, /\[redacted\].*","y":"kept"\}$/s, encoded);
        const left = readable(/"x":"(.*)","y"/s.exec(cleaned)?.[1] ?? assert.fail(cleaned));
        for (let at = 0; at + 4 <= TOKEN.length; at += 1) assert.ok(!left.includes(TOKEN.slice(at, at + 4)), cleaned);
      }
    });
  }

  it('is taken out when it is cut off', () => {
    const encoded = Buffer.from(`Bearer ${TOKEN.slice(0, 20)}`).toString('base64');
    assert.match(filter(encoded), /^QmVhcmVyI.{0,2}\[redacted\]$/);
  });

  it('is taken out whole as JSON writes its slashes', () => {
    assert.equal(filter(`"${TOKEN.replaceAll('/', '\\/').replaceAll('+', '\\u002b')}"`), '"[redacted]"');
  });

  it('leaves other base64 alone', () => {
    const other = Buffer.from('an answer that repeats no token '.repeat(20)).toString('base64');
    assert.equal(filter(other), other);
  });
});
