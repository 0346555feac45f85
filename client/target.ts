import { DEFAULT_SERVICE, problemOfName, problemOfService, workflowIdOf } from '../contract/names.js';
import { GoogleOperationsError } from './error.js';

/** One operation of one Google API; the service is `aiplatform.googleapis.com` where it is left out. */
export interface Target {
  name: string;
  service?: string | undefined;
}

/** The id of the workflow that follows an operation. @throws {GoogleOperationsError} `INVALID_ARGUMENT` */
export function workflowIdFor({ name, service = DEFAULT_SERVICE }: Target): string {
  const problem = field('name', problemOfName(name)) ?? field('service', problemOfService(service));
  if (problem !== undefined) throw new GoogleOperationsError('INVALID_ARGUMENT', problem);
  return workflowIdOf(service, name);
}

function field(name: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${name}: ${problem}`;
}
