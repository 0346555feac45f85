// Makes dist/workflow-bundle.js, which workers run: bundling at each start would take seconds and webpack.
// Run after tsc. The same sources give the same file wherever the checkout lies.
import { rename, writeFile } from 'node:fs/promises';
import { bundleWorkflows, sdkVersionComment, workflowBundlePath } from '../dist/worker/bundle.js';

const MAP_COMMENT = '\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,';

const code = slim(await bundleWorkflows());
// Renamed when complete: a worker that starts meanwhile reads the old one or the new one.
const temporary = `${workflowBundlePath}.${process.pid}`;
await writeFile(temporary, code);
await rename(temporary, workflowBundlePath);

// The worker needs the map to turn a stack trace into our lines, but not the sources that the map quotes.
function slim(bundled) {
  const at = bundled.lastIndexOf(MAP_COMMENT);
  if (at === -1) throw new Error('The bundle has no inline source map, without which the worker does not load it.');
  const map = JSON.parse(Buffer.from(bundled.slice(at + MAP_COMMENT.length), 'base64').toString());
  const { sourcesContent: _, ...rest } = map;
  const slimMap = Buffer.from(JSON.stringify(rest)).toString('base64');
  return `${bundled.slice(0, at)}\n${sdkVersionComment()}${MAP_COMMENT}${slimMap}`;
}
