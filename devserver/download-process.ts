import { Runtime } from '@temporalio/worker';
import { sdkVersion } from './cache.js';

// downloadCli runs this file as its own process; argument 1 is the folder. The SDK downloads the executable only when
// it starts a server.
try {
  const runtime = Runtime.instance();
  // @temporalio/testing does the same for a cached download. That package depends on one version of the SDK:
  // if another is installed, it would bring a second copy of the native code, of 150 MB.
  const server = await runtime.createEphemeralServer({
    type: 'dev-server',
    exe: {
      type: 'cached-download',
      downloadDir: process.argv[2] ?? null,
      version: 'default',
      ttl: 86_400_000,
      sdkName: 'sdk-typescript',
      sdkVersion: sdkVersion(),
    },
    ip: '127.0.0.1',
    port: null,
    ui: false,
    uiPort: null,
    namespace: 'default',
    dbFilename: null,
    log: { format: 'pretty', level: 'warn' },
    extraArgs: [],
  });
  await runtime.shutdownEphemeralServer(server);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
