import { DEFAULT_API_VERSION, DEFAULT_SERVICE } from '../../contract/names.js';
import type { TemporalFlags } from '../input/flags.js';
import type { OperationArgument } from '../input/operation-name.js';

/** A command line that works as typed, with the flags for Temporal that this command was given. */
export function commandLine(flags: TemporalFlags, ...words: readonly string[]): string {
  return ['temporal-lro', ...words, ...flagWords(flags)].map(shellWord).join(' ');
}

/** The same for the `temporal` CLI. */
export function temporalLine({ address, namespace, profile }: TemporalFlags, ...words: readonly string[]): string {
  return ['temporal', ...words, ...flagWords({ address, namespace, profile })].map(shellWord).join(' ');
}

/** The command line that starts a worker, which takes from its environment what a command takes as flags. */
export function workerLine({ address, namespace, profile, taskQueue }: TemporalFlags): string {
  const variables = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    TEMPORAL_PROFILE: profile,
    TEMPORAL_TASK_QUEUE: taskQueue,
  };
  const assignments = Object.entries(variables).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${shellWord(value)}`],
  );
  return [...assignments, 'temporal-lro', 'worker'].join(' ');
}

/** The words that name an operation, with its API where that is not the default. */
export function nameWords({ name, service, apiVersion }: OperationArgument): string[] {
  return [
    service === DEFAULT_SERVICE ? name : `//${service}/${name}`,
    ...(apiVersion === DEFAULT_API_VERSION ? [] : ['--api-version', apiVersion]),
  ];
}

function flagWords({
  address,
  namespace,
  profile,
  taskQueue,
}: Partial<Record<keyof TemporalFlags, string | undefined>>): string[] {
  const flags = {
    '--address': address,
    '--namespace': namespace,
    '--profile': profile,
    '--task-queue': taskQueue,
  };
  return Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
}

function shellWord(word: string): string {
  return /^[\w\-./:=@%+,~]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
