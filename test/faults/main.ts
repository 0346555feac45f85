import { randomInt } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { commandOf, textOf } from './report.js';
import { runFaults } from './run.js';

const USAGE = `Usage: npm run test:faults -- [--minutes N] [--seed S] [--json FILE]

  --minutes N   how long the run is planned for, 0.3 to 240; 10 where left out
  --seed S      the plan's seed, a whole number; a new one where left out
  --json FILE   where to write the report as JSON, too`;

async function main(): Promise<number> {
  const given = options();
  if (typeof given === 'string') {
    process.stderr.write(`${given}\n\n${USAGE}\n`);
    return 1;
  }
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new Error('stopped by a signal'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const report = await runFaults({ ...given, say, signal: stop.signal });
    process.stdout.write(`${textOf(report)}\n`);
    if (given.json !== undefined) await writeFile(given.json, `${JSON.stringify(report, undefined, 2)}\n`);
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    say(
      stop.signal.aborted
        ? 'Stopped.'
        : `The run could not be made: ${error instanceof Error ? error.stack : String(error)}`,
    );
    say(`To repeat the plan: ${commandOf(given)}`);
    return stop.signal.aborted ? 130 : 1;
  }
}

function options(): { seed: number; minutes: number; json?: string } | string {
  try {
    const { values } = parseArgs({
      options: { minutes: { type: 'string' }, seed: { type: 'string' }, json: { type: 'string' } },
    });
    const minutes = Number(values.minutes ?? 10);
    const seed = Number(values.seed ?? randomInt(1, 2 ** 31));
    if (!(minutes >= 0.3 && minutes <= 240)) return `--minutes takes a number from 0.3 to 240; it is ${values.minutes}`;
    if (!Number.isSafeInteger(seed)) return `--seed takes a whole number; it is ${values.seed}`;
    return { seed, minutes, ...(values.json !== undefined && { json: values.json }) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

// The process is ended explicitly, because after Ctrl-C calls of the client may still wait for a retry.
process.exit(await main());
