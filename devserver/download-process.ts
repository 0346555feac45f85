import { TestWorkflowEnvironment } from '@temporalio/testing';

// Run by download.ts as a process of its own: argument 1 is the folder. The SDK downloads on the way to starting a server.
try {
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir: process.argv[2] } },
  });
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
