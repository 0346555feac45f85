import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_API_VERSION, DEFAULT_SERVICE, DEFAULT_TASK_QUEUE } from '../../contract/names.js';
import { quoted } from '../../contract/text.js';
import { parseHostPort } from '../../config/host-port.js';

/** How data is written. */
export type OutputFormat = 'text' | 'json' | 'jsonl';

/** Which API owns an operation. */
export interface ApiFlags {
  service?: string;
  apiVersion?: string;
}

/** How to reach Temporal, and the worker. */
export interface TemporalFlags {
  address?: string;
  namespace?: string;
  profile?: string;
  taskQueue?: string;
}

/** The flags that every command about operations takes. */
export interface CommonFlags extends ApiFlags, TemporalFlags {
  output: OutputFormat;
}

/** Adds the flags of {@link CommonFlags} to a command. */
export function addCommonFlags(command: Command): Command {
  return command
    .option('--service <service>', `the Google API that owns it (default: ${DEFAULT_SERVICE})`)
    .option('--api-version <version>', `its version (default: ${DEFAULT_API_VERSION})`)
    .option('--address <host:port>', 'Temporal (default: TEMPORAL_ADDRESS or the profile)', parseAddress)
    .option('--namespace <namespace>', "Temporal's namespace", parseText)
    .option('--profile <profile>', 'profile of temporal.toml, as for temporal', parseText)
    .option('--task-queue <queue>', `the worker's task queue (default: ${DEFAULT_TASK_QUEUE})`, parseText)
    .addOption(
      new Option('-o, --output <format>', 'how to write the data')
        .choices(['text', 'json', 'jsonl'])
        .default('text'),
    );
}

/** A value that is there and has no control character. */
export function parseText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  if (/\p{Cc}/u.test(text)) throw new InvalidArgumentError('It must have no control character.');
  return text;
}

/** A port to listen on. */
export function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError('It takes a whole number from 0 to 65535.');
}

/** A duration as the contract takes it: a number is milliseconds. What is wrong with it, the contract says. */
export function parseDurationFlag(text: string): string | number {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** A whole number; its range is the contract's to check. */
export function parseWhole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It takes a whole number.');
}

function parseAddress(text: string): string {
  if (parseHostPort(text) === undefined && parseHostPort(`${text}:7233`) === undefined)
    throw new InvalidArgumentError(`It takes host:port such as localhost:7233, not ${quoted(text)}.`);
  return text;
}
