// Builds dist/workflow-bundle.js, which every worker runs; bundling at each start would take seconds and need
// webpack. Run it after tsc. The same sources give the same file in every checkout.
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
      // Stack traces show paths relative to the checkout.
      devtoolModuleFilenameTemplate: ({ absoluteResourcePath }) => relativeToRoot(absoluteResourcePath),
    },
  }),
});

await mkdir(dist, { recursive: true });
// Renamed when it is complete, so that a worker that starts meanwhile reads the old or the new file.
await writeFile(`${target}.${process.pid}`, withoutSources(code));
await rename(`${target}.${process.pid}`, target);

// The worker needs the source map for stack traces, but not the sources in it.
function withoutSources(bundled) {
  const at = bundled.lastIndexOf(MAP_COMMENT);
  if (at === -1)
    throw new Error('The bundle has no inline source map, and the worker does not load it without one.');
  const map = JSON.parse(Buffer.from(bundled.slice(at + MAP_COMMENT.length), 'base64').toString());
  const { sourcesContent: _, ...rest } = map;
  return bundled.slice(0, at) + MAP_COMMENT + Buffer.from(JSON.stringify(rest)).toString('base64');
}

function relativeToRoot(path) {
  return path.replaceAll(root + sep, '').replaceAll(sep, '/');
}
