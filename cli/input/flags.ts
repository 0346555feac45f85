import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseTemporalAddress } from '../../config/host-port.js';
import type { TemporalOverrides } from '../../config/temporal-config.js';
import { parseDuration } from '../../contract/duration.js';
import { DEFAULT_SERVICE, DEFAULT_TASK_QUEUE } from '../../contract/names.js';
import { outcomes } from '../../contract/outcome.js';
import { quoted } from '../../contract/text.js';
import { CommandError, errorMessage } from '../command-error.js';

/** The output format of data. */
export type OutputFormat = 'text' | 'json' | 'jsonl';

/** The value that `--outcome` takes for executions that ended without an outcome. */
export const NO_OUTCOME = 'NONE';

/** The API that owns an operation. */
export interface ApiFlags {
  service?: string;
  apiVersion?: string;
}

/** The flags for the connection to Temporal and the worker. */
export interface TemporalFlags extends TemporalOverrides {
  taskQueue?: string;
}

/** The flag of every command that prints data. */
export interface OutputFlag {
  output: OutputFormat;
}

/** The flags that every command about operations takes. */
export interface CommonFlags extends ApiFlags, TemporalFlags, OutputFlag {}

/** The help of an argument that names an operation or a job. */
export const NAME_HELP = 'full name, //service/name, URL, workflow id, or project:location.job of BigQuery';
/** The same where several are taken. */
export const NAMES_HELP = `${NAME_HELP}; - reads one a line from stdin`;

const SERVICE_HELP = `Google API that owns the operation or job (default: ${DEFAULT_SERVICE}, or the only one that has such jobs)`;

/** Adds the flags of {@link CommonFlags} to a command. @param service its flag `--service`, where that is another */
export function addCommonFlags(
  command: Command,
  service = new Option('--service <service>', SERVICE_HELP).argParser(parseOnce),
): Command {
  return addTemporalFlags(
    command
      .addOption(service)
      .option(
        '--api-version <version>',
        'version of that API (default: v1beta1 of Vertex AI; of others v1, or one that they have)',
      ),
  );
}

/** Adds the flags of {@link TemporalFlags} and {@link OutputFlag} to a command. */
export function addTemporalFlags(
  command: Command,
  taskQueueHelp = `task queue of the worker (default: ${DEFAULT_TASK_QUEUE})`,
): Command {
  return command
    .option('--address <host:port>', 'Temporal server (default: TEMPORAL_ADDRESS or the profile)', parseAddress)
    .option('--namespace <namespace>', 'Temporal namespace', parseText)
    .option('--profile <profile>', 'profile in temporal.toml, as for the temporal CLI', parseText)
    .option('--task-queue <queue>', taskQueueHelp, parseText)
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json', 'jsonl']).default('text'));
}

/** A value that is not blank and has no control character. */
export function parseText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  if (/\p{Cc}/u.test(text)) throw new InvalidArgumentError('It must not contain control characters.');
  return text;
}

/** The same for a flag whose second value would replace the first one. */
export function parseOnce(text: string, previous?: string): string {
  if (previous !== undefined) throw new InvalidArgumentError('It can be given once only.');
  return parseText(text);
}

/** Several values: the flag is repeated, or they have commas between them. */
export function parseSeveral(text: string, previous: readonly string[] = []): string[] {
  return [...previous, ...text.split(',').map((one) => parseText(one.trim()))];
}

/** Outcomes in upper or lower case, and the word for none; the flag is repeated, or they have commas between them. */
export function parseOutcomes(text: string, previous: readonly string[] = []): string[] {
  const all = parseSeveral(text.toUpperCase(), previous);
  const unknown = all.find((one) => ![...outcomes, NO_OUTCOME].includes(one));
  if (unknown === undefined) return all;
  throw new InvalidArgumentError(`It must be one of ${outcomes.join(', ')}, or ${NO_OUTCOME}.`);
}

/** A port to listen on. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

/** A duration. A number without a unit, milliseconds in the contract, is refused; the contract checks the range. */
export function parseDurationFlag(text: string): string {
  const duration = text.trim();
  if (/^[\d.]+$/.test(duration) && Number(duration) !== 0)
    throw new InvalidArgumentError(`It needs a unit: ${duration}s or ${duration}ms?`);
  if (parseDuration(duration) === undefined)
    throw new InvalidArgumentError('It must be a duration such as 90s, 15m, 24h or 7d, at most ten years.');
  return duration;
}

/** A whole number; the contract checks its range. */
export function parseWholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

function parseAddress(text: string): string {
  if (parseTemporalAddress(text) === undefined)
    throw new InvalidArgumentError(`It must be host:port such as localhost:7233, not ${quoted(text)}.`);
  return text;
}

/** What a parser of the contract makes of flags. @throws {CommandError} `BAD_USAGE` that names the flag */
export function checkFlags<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw badUsage(error);
  }
}

/**
 * Bad usage, from an error whose message names a field of the contract: the field becomes the flag, as in
 * `resendCancelAfter: must…` and `--resend-cancel-after must…`.
 */
export function badUsage(error: unknown): CommandError {
  const message = errorMessage(error);
  const [, field, problem] = /^(\w+): ([^]*)$/.exec(message) ?? [];
  const flag = field?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace('kinds', 'kind');
  const text = flag === undefined || problem === undefined ? message : `--${flag} ${problem}`;
  return new CommandError('BAD_USAGE', `${text}\nNothing was done.`, { cause: error });
}
