import { Session } from 'node:inspector/promises';
import { readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { workflowBundlePath } from '../../worker/index.js';
import type { historyFromJson } from './history-json.js';

/** A piece of workflow code that no replay executed. */
export interface Unreached {
  /** Such as `workflows/follower.js`. */
  file: string;
  /** The code, on one line. */
  code: string;
}

interface Recorded {
  workflowId: string;
  history: ReturnType<typeof historyFromJson>;
}

/**
 * Replays histories in this thread.
 *
 * @returns the functions and branches of `workflows/` that none executed, by V8's block counts
 */
export async function unreachedBy(histories: Recorded[]): Promise<Unreached[]> {
  const codePath = workflowBundlePath;
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    // In debug mode workflows run in the main thread, which the session profiles.
    const options = { workflowBundle: { codePath }, debugMode: true };
    for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
      if (error !== undefined) throw new Error(`${workflowId} does not replay`, { cause: error });
    }
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const scripts = result.filter(({ url }) => url.endsWith('/workflow-bundle.js'));
    const blocks = scripts.flatMap(({ functions }) => functions).flatMap(({ ranges }) => ranges);
    return piecesOf(
      readFileSync(codePath, 'utf8'),
      blocks.filter(({ count }) => count === 0),
    );
  } finally {
    session.disconnect();
  }
}

interface Block {
  startOffset: number;
  endOffset: number;
}

function piecesOf(bundle: string, blocks: Block[]): Unreached[] {
  const modules = [...bundle.matchAll(/^\/\*{3}\/ "\.\/([^"]+)"$/gm)];
  return outermost(blocks).flatMap(({ startOffset, endOffset }) => {
    const file = modules.findLast(({ index }) => index <= startOffset)?.[1]?.replace(/^dist\//, '') ?? '';
    const code = bundle.slice(startOffset, endOffset).replaceAll(/\s+/g, ' ').trim();
    // A workflow of an unknown type has no history worth a replay: test/worker/unknown-types.test.ts starts some.
    const isOurs = file.startsWith('workflows/') && file !== 'workflows/worker-entry.js' && /[^\s{}();]/.test(code);
    // webpack writes such a function for each export.
    return isOurs && !code.startsWith('() => (/*') ? [{ file, code }] : [];
  });
}

function outermost(blocks: Block[]): Block[] {
  let end = 0;
  const sorted = blocks.toSorted(
    (one, other) => one.startOffset - other.startOffset || other.endOffset - one.endOffset,
  );
  return sorted.filter(({ endOffset }) => {
    if (endOffset <= end) return false;
    end = endOffset;
    return true;
  });
}
