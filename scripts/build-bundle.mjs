// Makes dist/workflow-bundle.js, which every worker runs: bundling at each start would take seconds and webpack.
// Run after tsc. The same sources give the same file wherever the checkout lies.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const target = join(dist, 'workflow-bundle.js');
const MAP_COMMENT = '\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,';

const { code } = await bundleWorkflowCode({
  workflowsPath: join(dist, 'workflows', 'index.js'),
  payloadConverterPath: join(dist, 'workflows', 'payload-converter.js'),
  preloadModules: ['index.js', 'payload-converter.js'].map((file) => join(dist, 'workflows', file)),
  logger: new DefaultLogger('WARN'),
  webpackConfigHook: (config) => ({
    ...config,
    context: root,
    optimization: { ...config.optimization, moduleIds: 'named', chunkIds: 'named' },
    output: {
      ...config.output,
      filename: 'workflow-bundle.js',
      // In stack traces: paths from the checkout, not those of the machine that built it.
      devtoolModuleFilenameTemplate: ({ absoluteResourcePath }) => fromRoot(absoluteResourcePath),
    },
  }),
});

await mkdir(dist, { recursive: true });
// Renamed when whole: a worker that starts meanwhile reads the old one or the new one.
await writeFile(`${target}.${process.pid}`, slim(code));
await rename(`${target}.${process.pid}`, target);

// The worker needs the map to turn a stack trace into our lines, but not the sources that the map quotes.
function slim(bundled) {
  const at = bundled.lastIndexOf(MAP_COMMENT);
  if (at === -1)
    throw new Error('The bundle has no inline source map, without which the worker does not load it.');
  const map = JSON.parse(Buffer.from(bundled.slice(at + MAP_COMMENT.length), 'base64').toString());
  const { sourcesContent: _, ...rest } = map;
  return bundled.slice(0, at) + MAP_COMMENT + Buffer.from(JSON.stringify(rest)).toString('base64');
}

function fromRoot(path) {
  return path.replaceAll(root + sep, '').replaceAll(sep, '/');
}
