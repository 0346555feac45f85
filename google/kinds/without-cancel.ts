import { LOCATION, segmentsOf } from './kind.js';

/** What looks like a job and cannot be followed or cancelled by this name: the patterns of its names, and the reason. */
interface Hint {
  service: string;
  names: readonly string[];
  /** A sentence without its full stop. */
  text: string;
}

/** From the discovery documents of November 2026. */
const HINTS: readonly Hint[] = [
  {
    service: 'aiplatform.googleapis.com',
    names: [`${LOCATION}/notebookExecutionJobs/*`],
    text: 'a notebook execution job has no cancel and can only be deleted',
  },
  {
    service: 'aiplatform.googleapis.com',
    names: [`${LOCATION}/schedules/*`, `${LOCATION}/modelDeploymentMonitoringJobs/*`],
    text: 'it has no cancel; :pause stops what it would start, and the jobs that it started have names of their own',
  },
  {
    service: 'bigquery.googleapis.com',
    names: ['projects/*/jobs/*'],
    text: 'name must have the location of the job, as projects/p/locations/US/jobs/id',
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

/** Why a name cannot be cancelled, where that is known, as a sentence without its full stop. */
export function hintOn({ service, name }: { service: string; name: string }): string | undefined {
  return HINTS.find((hint) => hint.service === service && segmentsOf(hint, name) !== undefined)?.text;
}
