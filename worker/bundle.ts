import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import { packageVersion } from '../config/package-version.js';

const DIST = fileURLToPath(new URL('..', import.meta.url));

/** The path of the bundle that `npm run build` makes of the compiled workflows. */
export const workflowBundlePath: string = join(DIST, 'workflow-bundle.js');

/** The modules of a host's converters, as in its `dataConverter`. */
type Converters = Pick<DataConverter, 'payloadConverterPath' | 'failureConverterPath'>;

let built: Promise<WorkflowBundleOption> | undefined;

/**
 * The workflows, for `Worker.create`: the prebuilt bundle, or one that is made now, in about two seconds, where a
 * converter is not Temporal's own, or the installed version of the SDK is not the one that the prebuilt was made
 * with. Temporal asks for the very same version.
 */
export async function workflowBundle(converters: Converters = {}): Promise<WorkflowBundleOption> {
  if (converters.payloadConverterPath ?? converters.failureConverterPath)
    return { code: await bundleWorkflows(converters) };
  return (built ??= prebuiltOrNew());
}

/**
 * The code of the workflows as a bundle for the installed version of the SDK. It does not depend on the
 * path of the package.
 */
export async function bundleWorkflows({
  payloadConverterPath: payloadConverter,
  failureConverterPath,
}: Converters = {}): Promise<string> {
  const files = ['worker-entry.js', 'payload-converter.js', 'tracing.js'].map((file) => join(DIST, 'workflows', file));
  const [workflowsPath = '', payloadConverterPath, tracing = ''] = files;
  const innerConverter = join(DIST, 'workflows', 'inner-converter.js');
  const root = dirname(DIST);
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath,
    ...(failureConverterPath !== undefined && { failureConverterPath }),
    workflowInterceptorModules: [tracing],
    preloadModules: files,
    logger: new DefaultLogger('WARN'),
    webpackConfigHook: (config) => ({
      ...config,
      context: root,
      resolve: {
        ...config.resolve,
        alias: Object.assign({}, config.resolve?.alias, payloadConverter && { [innerConverter]: payloadConverter }),
      },
      optimization: { ...config.optimization, moduleIds: 'named', chunkIds: 'named' },
      output: {
        ...config.output,
        filename: 'workflow-bundle.js',
        // Stack traces show paths from the root of the package, not those of the machine that built it.
        devtoolModuleFilenameTemplate: ({ absoluteResourcePath: path }: { absoluteResourcePath: string }) =>
          path.replaceAll(join(root, sep), '').replaceAll(sep, '/'),
      },
    }),
  });
  return code;
}

/**
 * The build id of a worker that was given none: the version and a digest of its workflows, such as `0.1.0-3f2a9c51`.
 * Temporal shows it beside pollers and in histories; it switches no versioning on.
 */
export async function ownBuildId(bundle: WorkflowBundleOption): Promise<string> {
  const code = 'code' in bundle ? bundle.code : await readFile(bundle.codePath);
  return `${packageVersion()}-${createHash('sha256').update(code).digest('hex').slice(0, 8)}`;
}

/** The line of a prebuilt bundle that says which version of the SDK it was made with. */
export function sdkVersionComment(): string {
  const sdk = createRequire(import.meta.url)('@temporalio/worker/package.json') as { version: string };
  return `// Made with @temporalio/worker ${sdk.version}`;
}

async function prebuiltOrNew(): Promise<WorkflowBundleOption> {
  const prebuilt = await readFile(workflowBundlePath, 'utf8').catch(() => '');
  if (prebuilt.includes(sdkVersionComment())) return { codePath: workflowBundlePath };
  return { code: await bundleWorkflows() };
}
