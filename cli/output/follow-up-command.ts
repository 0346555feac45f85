import type { OperationRef } from '../../contract/activities.js';
import { defaultApiVersion } from '../../contract/api-version.js';
import { DEFAULT_SERVICE } from '../../contract/names.js';
import { shellWord } from '../../contract/text.js';
import type { TemporalFlags } from '../input/flags.js';
import { PROGRAM_WORDS } from './program.js';

/** A command line that works as typed, with the flags for Temporal that this command was given. */
export function commandLine(flags: TemporalFlags, ...words: readonly string[]): string {
  return lineOf(PROGRAM_WORDS, words, flags);
}

/** The same for the `temporal` CLI. */
export function temporalLine(flags: TemporalFlags, ...words: readonly string[]): string {
  return lineOf(['temporal'], words, { ...flags, taskQueue: undefined });
}

/** The command line that starts a worker, with environment variables in place of this command's flags. */
export function workerLine(flags: TemporalFlags): string {
  const assignments = settingsOf(flags).map(({ variable, value }) => `${variable}=${shellWord(value)}`);
  return [...assignments, ...PROGRAM_WORDS, 'worker'].join(' ');
}

/**
 * The words that name an operation, with its API where that is not the default. A name that looks like a flag comes after
 * `--`, as the last word.
 */
export function nameWords({ name, service, apiVersion }: OperationRef): string[] {
  const word = service === DEFAULT_SERVICE ? name : `//${service}/${name}`;
  const api = apiVersion === defaultApiVersion(service) ? [] : ['--api-version', apiVersion];
  return word.startsWith('-') ? [...api, '--', word] : [word, ...api];
}

function lineOf(program: readonly string[], words: readonly string[], flags: TemporalFlags): string {
  const flagWords = settingsOf(flags).flatMap(({ flag, value }) => [flag, value]);
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return [...program, ...words.slice(0, end), ...flagWords, ...words.slice(end)].map(shellWord).join(' ');
}

/** The settings that were given, each as a flag of a command and as a variable of a worker. */
function settingsOf({ address, namespace, profile, taskQueue }: TemporalFlags) {
  return [
    { flag: '--address', variable: 'TEMPORAL_ADDRESS', value: address },
    { flag: '--namespace', variable: 'TEMPORAL_NAMESPACE', value: namespace },
    { flag: '--profile', variable: 'TEMPORAL_PROFILE', value: profile },
    { flag: '--task-queue', variable: 'TEMPORAL_TASK_QUEUE', value: taskQueue },
  ].flatMap(({ value, ...names }) => (value === undefined ? [] : [{ value, ...names }]));
}
