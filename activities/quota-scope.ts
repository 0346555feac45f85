import type { OperationRef } from '../contract/activities.js';
import { locationOf, projectOf } from '../contract/names.js';

/** What Google counts requests by: a service, and a project and location as far as the name has them. */
export function quotaScope({ service, name }: Pick<OperationRef, 'service' | 'name'>): string {
  return [service, projectOf(name), locationOf(name)].filter((part) => part !== undefined).join(' ');
}
