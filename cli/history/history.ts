import { readGoogleConfig } from '../../config/google-config.js';
import { formatDuration } from '../../contract/duration.js';
import { GoogleOperationsError } from '../../client/errors.js';
import { EXIT_ERROR } from '../exit-code.js';
import type { CommonFlags } from '../input/flags.js';
import { parseNames } from '../input/operation-name.js';
import { printable } from '../output/printable.js';
import { Results } from '../output/results.js';
import { WIDTH, wrap } from '../output/text.js';
import { count, requestWords } from '../output/words.js';
import { toCommandError } from '../temporal/errors.js';
import { operationFailure, reportFailure } from '../temporal/failure.js';
import { openSession } from '../temporal/session.js';
import { type Execution, executionsOf } from './executions.js';

/** Runs `history` and returns its exit code. JSON is an array, of any number of executions. */
export async function runHistory(name: string, flags: CommonFlags): Promise<number> {
  const [target] = parseNames([name.trim()], flags, readGoogleConfig(process.env).endpoints);
  if (target === undefined) return EXIT_ERROR;
  const session = await openSession(flags);
  const results = new Results(flags.output, true);
  try {
    const executions = await executionsOf(session, target);
    for (const execution of executions) results.add(execution, textOfExecution(execution));
    if (executions.length === 0) {
      const unknown = new GoogleOperationsError('NOT_FOUND', `Temporal knows no execution of ${target.name}.`);
      return reportFailure(operationFailure(unknown, target, session), results, 0);
    }
    return 0;
  } catch (error) {
    throw toCommandError(error, session);
  } finally {
    results.end();
  }
}

/** An execution for people: its start and how it ended, then what is known of the cancel. */
function textOfExecution({ startedAt, finishedAt, status, outcome, type, cancellation, error }: Execution): string {
  const won = cancellation?.won === true ? ', the cancel won' : '';
  const took =
    finishedAt === undefined ? [] : [`took ${formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}`];
  const asked =
    cancellation === undefined || cancellation.aborts === 0
      ? []
      : [`cancel asked for ${count(cancellation.aborts, 'time')} ${requestWords(cancellation)}`.trim()];
  const failed = error === undefined ? [] : [`${error.type}: ${error.message}`];
  const lines = wrap(printable([type, ...took, ...asked, ...failed].join(', ')), WIDTH - 2);
  return [`${startedAt}  ${outcome ?? status}${won}`, ...lines.map((line) => `  ${line}`)].join('\n');
}
