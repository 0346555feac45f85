import { proxyActivities } from '@temporalio/workflow';

/** A workflow of the host, with an activity of the host's. */
export function greet(name: string): Promise<string> {
  const { greeting } = proxyActivities<{ greeting(name: string): Promise<string> }>({
    startToCloseTimeout: '20s',
  });
  return greeting(name);
}
