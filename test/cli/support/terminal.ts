import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';

const MAIN = fileURLToPath(new URL('../../../cli/main.js', import.meta.url));
const COLUMNS = 80;
const ROWS = 24;

/** `script` of util-linux makes the pseudo-terminal; that of other systems takes other flags. */
export const noTerminal = process.platform === 'linux' ? false : 'there is no script of util-linux';

/** A shell in a pseudo-terminal of 80 × 24, as a terminal emulator shows it. */
export interface TestTerminal {
  /** Everything that was written, with its control sequences. */
  written(): string;
  /** The rows of the screen, without blanks at their ends; below what was scrolled away. */
  screen(): string[];
  /** Everything that can be seen on the screen and above it. A line that the terminal itself had to wrap has a `⏎` in it. */
  text(): string;
  /** Waits until {@link text} has something. @throws Error if the shell ends before */
  waitFor(part: RegExp): Promise<void>;
  /** Types on the keyboard. */
  type(keys: string): void;
  ended: Promise<number | null>;
  kill(): void;
}

/**
 * Runs a line of bash, in which `lro` is the built command.
 *
 * @param env overrides the environment of the test
 */
export function openTerminal(line: string, env: NodeJS.ProcessEnv = {}): TestTerminal {
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true, scrollback: 1_000 });
  const setup = `stty cols ${COLUMNS} rows ${ROWS} -echo; lro() { "$NODE" "$MAIN" "$@"; }`;
  const child = spawn('script', ['--quiet', '--flush', '--return', '--command', `${setup}; ${line}`, '/dev/null'], {
    env: {
      ...process.env,
      SHELL: '/bin/bash',
      TERM: 'xterm-256color',
      LC_ALL: 'C.UTF-8',
      npm_command: undefined,
      npm_config_user_agent: undefined,
      NO_COLOR: undefined,
      FORCE_COLOR: undefined,
      CI: undefined,
      NODE_DISABLE_COLORS: undefined,
      NODE: process.execPath,
      MAIN,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
    // The shell and its jobs are ended together.
    detached: true,
  });
  const listeners = new Set<() => void>();
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
    terminal.write(chunk, () => listeners.forEach((listener) => listener()));
  });
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => terminal.write('', () => resolve(code))),
  );
  const rows = (from: number): string[] =>
    Array.from({ length: terminal.buffer.active.length - from }, (_, index) => {
      const row = terminal.buffer.active.getLine(from + index);
      return `${row?.isWrapped === true ? '⏎' : ''}${row?.translateToString(true) ?? ''}`;
    });
  const text = (): string => rows(0).join('\n').trimEnd();
  return {
    written: () => written,
    screen: () => rows(terminal.buffer.active.baseY),
    text,
    async waitFor(part) {
      const found = new Promise<'found'>((resolve) => {
        const check = (): void => {
          if (part.test(text())) resolve('found');
        };
        listeners.add(check);
        check();
      });
      const first = await Promise.race([found, ended]);
      if (first !== 'found') throw new Error(`It ended with ${String(first)} before ${String(part)}:\n${text()}`);
    },
    type: (keys) => void child.stdin.write(keys),
    ended,
    kill: () => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    },
  };
}
