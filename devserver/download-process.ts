import { TestWorkflowEnvironment } from '@temporalio/testing';

// downloadCli runs this file as its own process; argument 1 is the folder. The SDK downloads its server to
// start one.
try {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: process.argv[2] } },
  });
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
