/** The words before the name of the program where another package manager than npm runs it. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  pnpm: ['pnpm', 'exec'],
  yarn: ['yarn', 'run'],
  bun: ['bunx'],
};

/**
 * The words that start this program again as it was started: by a package manager, which says so in the environment, or
 * by its own name. A script in `node_modules/.bin` is on no PATH but that of npm.
 *
 * @param script the path of the script, as in `process.argv`
 */
export function programWords(
  { npm_command: command, npm_config_user_agent: agent = '' }: NodeJS.ProcessEnv,
  script: string,
): readonly string[] {
  const [manager = ''] = agent.split('/');
  if (['pnpm', 'yarn'].includes(manager) && /[\\/]dlx[\\/-]/.test(script)) return [manager, 'dlx', 'temporal-lro'];
  const isByNpm = command !== undefined || /[\\/]node_modules[\\/]\.bin[\\/]/.test(script);
  return [...(RUNNERS[manager] ?? (isByNpm ? ['npx'] : [])), 'temporal-lro'];
}

/** {@link programWords} of this process. */
export const PROGRAM_WORDS = programWords(process.env, process.argv[1] ?? '');

/** {@link PROGRAM_WORDS} as a text. */
export const PROGRAM = PROGRAM_WORDS.join(' ');

/** A text in which the commands that stand at the beginning of a line, or after variables, start as this program was. */
export function withProgram(text: string): string {
  return text.replaceAll(/(?<=^(?:Usage:)? {0,20}(?:\w{1,40}=\S{1,99} ){0,4})temporal-lro(?= )/gm, PROGRAM);
}
