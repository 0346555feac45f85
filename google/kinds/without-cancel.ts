import { LOCATION, segmentsOf } from './kind.js';

/** Names that look like those of jobs and are not: by their patterns, with the reason as a clause. */
interface Hint {
  service: string;
  names: readonly string[];
  text: string;
}

/** From the discovery documents of November 2026. */
export const HINTS: readonly Hint[] = [
  {
    service: 'aiplatform.googleapis.com',
    names: [`${LOCATION}/notebookExecutionJobs/*`],
    text: 'a notebook execution job has no cancel and can only be deleted',
  },
  {
    service: 'aiplatform.googleapis.com',
    names: [`${LOCATION}/schedules/*`, `${LOCATION}/modelDeploymentMonitoringJobs/*`],
    text: 'it has no cancel; :pause keeps it from starting jobs, and each job that it started has a name of its own',
  },
  {
    service: 'bigquery.googleapis.com',
    names: ['projects/*/jobs/*'],
    text: 'that of a BigQuery job has its location in it, as projects/p/locations/US/jobs/id',
  },
  {
    service: 'bigquerydatatransfer.googleapis.com',
    names: [`${LOCATION}/transferConfigs/*/runs/*`, 'projects/*/transferConfigs/*/runs/*'],
    text: 'a run of a data transfer has no cancel and can only be deleted',
  },
  {
    service: 'notebooks.googleapis.com',
    names: [`${LOCATION}/executions/*`],
    text: 'a notebook execution has no cancel and can only be deleted',
  },
  {
    service: 'transcoder.googleapis.com',
    names: [`${LOCATION}/jobs/*`],
    text: 'a job of the Transcoder API has no cancel and can only be deleted',
  },
];

/** Why nothing can be cancelled by a name, as a clause, where that is known. */
export function hintOn({ service, name }: { service: string; name: string }): string | undefined {
  return HINTS.find((hint) => hint.service === service && segmentsOf(hint, name) !== undefined)?.text;
}
