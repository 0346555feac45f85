import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the compiled sources. */
const DIST = fileURLToPath(new URL('../../..', import.meta.url));
/** What may stand before a literal; after anything else a slash divides. */
const BEFORE_LITERAL = /(?:^|[=(,:?&|!{};[<>+~]|\b(?:return|case|typeof|of|in))\s*$/;
const LITERAL = /\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/y;
const STRING_OR_COMMENT = /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y;

/** The compiled files of these folders, by their path below `dist`. */
export function sourcesOf(folders: readonly string[]): Map<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(DIST + folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const compiled = files.filter((file) => file.endsWith('.js'));
  return new Map(compiled.map((file) => [file, readFileSync(DIST + file, 'utf8')]));
}

/** The regular expressions that a source has as literals. */
export function literalsIn(code: string): RegExp[] {
  const found: RegExp[] = [];
  /** For each template that an expression stands in, the braces that are open in the expression. */
  const templates: number[] = [];
  const matchAt = (pattern: RegExp, index: number) => {
    pattern.lastIndex = index;
    return pattern.exec(code);
  };
  const endOfTemplate = (from: number): number => {
    for (let at = from; at < code.length; at += 1) {
      if (code[at] === '\\') at += 1;
      else if (code[at] === '`') return at + 1;
      else if (code.startsWith('${', at)) {
        templates.push(0);
        return at + 2;
      }
    }
    return code.length;
  };
  for (let at = 0; at < code.length;) {
    const skipped = matchAt(STRING_OR_COMMENT, at);
    const literal =
      code[at] === '/' && BEFORE_LITERAL.test(code.slice(Math.max(0, at - 200), at)) ? matchAt(LITERAL, at) : null;
    const open = templates.at(-1);
    if (skipped !== null) at += skipped[0].length;
    else if (literal !== null) {
      found.push(new RegExp(literal[1] ?? '', literal[2]));
      at += literal[0].length;
    } else if (code[at] === '`') at = endOfTemplate(at + 1);
    else if (code[at] === '}' && open === 0) {
      templates.pop();
      at = endOfTemplate(at + 1);
    } else {
      if (open !== undefined && code[at] === '{') templates[templates.length - 1] = open + 1;
      if (open !== undefined && code[at] === '}') templates[templates.length - 1] = open - 1;
      at += 1;
    }
  }
  return found;
}

/** Texts that begin what a pattern looks for, again and again, and never end it. */
export function* hostileTexts(pattern: RegExp): Generator<(length: number) => string> {
  const words = pattern.source.replaceAll(/\\[bBdDwWsSpP](?:\{\w+\})?|\(\?<?[:=!]|[()^$|*+?]|\{\d*,?\d*\}/g, '\0');
  const own = words
    .replaceAll(/\[[^\]]*\]/g, '\0')
    .replaceAll(/\\(.)/g, '$1')
    .split('\0')
    .filter((word) => word !== '');
  const prefix = own.join('');
  const pieces = new Set([...own, prefix, ...own.map((word) => `-${word}aaaa`), ...own.map((word) => `${word} `)]);
  for (const piece of own.slice(0, 6)) for (const other of own.slice(0, 6)) pieces.add(`${piece}a${other} `);
  pieces.delete('');
  for (const common of [
    'a',
    'A',
    '0',
    '-',
    '.',
    '/',
    ':',
    '=',
    '<',
    '"',
    '_',
    ' ',
    '\\',
    '\n',
    '\u200b',
    'a.',
    'a/',
    '1.',
    'v1/',
  ])
    pieces.add(common);
  for (const piece of pieces) {
    for (const start of new Set(['', prefix]))
      for (const end of ['', '\0 x']) yield (length) => start + piece.repeat(Math.ceil(length / piece.length)) + end;
  }
}
