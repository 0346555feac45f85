import { DefaultLogger } from '@temporalio/worker';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogConfig } from '../config/worker-config.js';
import { cut } from '../contract/text.js';
import { redactSecrets } from '../google/redact.js';
import { escapeControl } from './escape-control.js';
import { expectedFailure } from './expected-failure.js';

export type { Logger } from 'pino';

/** Fields whose values are never logged, at up to three levels of nesting. */
const REDACTED_FIELDS = ['authorization', 'Authorization', 'apiKey', 'token', 'access_token', 'headers', 'config'];

/** In characters. A longer line is cut text by text before anything searches it: a caller can make one of megabytes. */
const MAX_LINE_LENGTH = 65_536;
const MAX_TEXT_LENGTH = 4_096;

/**
 * The log of the process, to stderr: pretty for people, or one JSON object per line for programs. Text in the
 * form of a token and control characters are removed from every line.
 */
export async function createLogger(config: LogConfig, destination?: DestinationStream): Promise<Logger> {
  // Synchronous, so that no line is lost when the process exits.
  const stderr = destination ?? pino.destination({ fd: 2, sync: true });
  const sink = config.format === 'pretty' ? await prettyStream(stderr) : stderr;
  return pino(
    {
      level: config.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
      redact: {
        paths: REDACTED_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]',
      },
    },
    { write: (line: string) => sink.write(escapeControl(redactSecrets(shorten(line)), config.format)) },
  );
}

/** A line of the log with every text cut; one that is long even then has its level, time and message alone. */
function shorten(line: string): string {
  if (line.length <= MAX_LINE_LENGTH) return line;
  const isText = (value: unknown): value is string => typeof value === 'string';
  const entry = JSON.parse(line, (_, value: unknown) =>
    isText(value) ? cut(value, MAX_TEXT_LENGTH) : value,
  ) as object;
  const short = `${JSON.stringify(entry)}\n`;
  if (short.length <= MAX_LINE_LENGTH) return short;
  const { level, time, msg } = entry as Record<string, unknown>;
  return `${JSON.stringify({ level, time, msg: isText(msg) ? msg : '' })}\n`;
}

async function prettyStream(destination: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({
    colorize: process.stderr.isTTY && (process.env['NO_COLOR'] ?? '') === '',
    translateTime: 'SYS:HH:MM:ss.l',
    errorLikeObjectKeys: ['error', 'err'],
    ignore: 'sdkComponent',
    singleLine: true,
  });
  // Logging must not throw, and pino-pretty throws at a field named `constructor`.
  const format = (line: string): string => {
    try {
      return pretty(line);
    } catch {
      return line;
    }
  };
  return { write: (line: string) => destination.write(format(line)) };
}

/**
 * The log in the form that Temporal's SDK needs. A task that the SDK could not process is left out: its payloads are a
 * caller's, and may be megabytes and secret.
 */
export function temporalLogger(log: Logger): DefaultLogger {
  return new DefaultLogger('TRACE', ({ level, message, meta }) => {
    const { task: _, taskEncoded: __, taskToken: ___, ...fields } = meta ?? {};
    // The SDK's worker reports its states at INFO; "ready" and "stopped" are logged by process.ts.
    const ownLevel = level === 'INFO' && meta?.['sdkComponent'] === 'worker' ? 'DEBUG' : level;
    const entry = { level: ownLevel.toLowerCase() as Lowercase<typeof ownLevel>, message, fields };
    const shown = { ...entry, ...expectedFailure(message, fields) };
    log[shown.level](shown.fields, shown.message);
  });
}
