/** A job that a page of the console shows. */
type Job = { service: string; name: string };

const LOCATION = 'projects/{project}/locations/{location}';

/** The pages of the Google Cloud console whose path tells one job and its kind. */
const PAGES: readonly { path: RegExp; service: string; name: string }[] = [
  // Beam logs it when it has submitted a job (runners/dataflow/internal/apiclient.py).
  {
    path: /^\/dataflow\/jobs\/(?<location>[^/]+)\/(?<id>[^/]+)$/,
    service: 'dataflow.googleapis.com',
    name: `${LOCATION}/jobs/{id}`,
  },
  // Airflow's Google provider (links/vertex_ai.py) and google-cloud-aiplatform (pipeline_jobs.py, jobs.py) make these.
  {
    path: /^\/vertex-ai\/locations\/(?<location>[^/]+)\/pipelines\/runs\/(?<id>[^/]+)$/,
    service: 'aiplatform.googleapis.com',
    name: `${LOCATION}/pipelineJobs/{id}`,
  },
  {
    path: /^\/(?:vertex-ai|ai\/platform)\/locations\/(?<location>[^/]+)\/batch-predictions\/(?<id>[^/]+)$/,
    service: 'aiplatform.googleapis.com',
    name: `${LOCATION}/batchPredictionJobs/{id}`,
  },
];

/** BigQuery's job in the parameter `j` (dbt, BigQuery DataFrames), and in `ws`, the open tabs (Airflow). */
const BIGQUERY_JOB = /^bq:(?<location>[^:]+):(?<id>[^:]+)$/;
const BIGQUERY_TABS = /!1m3!1s(?<project>[^!]+)!2s(?<id>[^!]+)!3s(?<location>[^!]+)/g;

/** Whether a URL is one of the Google Cloud console. */
export function isConsoleUrl({ hostname }: URL): boolean {
  return hostname === 'console.cloud.google.com';
}

/**
 * The job that a page of the Google Cloud console shows; `undefined` where the address does not tell one. Custom jobs,
 * tuning jobs and training pipelines of Vertex AI, for one, share a form.
 */
export function jobOfConsoleUrl({ pathname, searchParams }: URL): Job | undefined {
  const project = searchParams.get('project');
  if (pathname === '/bigquery') return bigQueryJob(project, searchParams);
  // The page keeps its state behind semicolons, as in `/dataflow/jobs/us-east1/{id};mainTab=JOB_GRAPH`.
  const path = pathname.replace(/;.*$/, '');
  for (const page of PAGES) {
    const parts = page.path.exec(path)?.groups;
    if (parts !== undefined && project !== null)
      return { service: page.service, name: filled(page.name, { ...parts, project }) };
  }
  return undefined;
}

function bigQueryJob(project: string | null, query: URLSearchParams): Job | undefined {
  const shown = BIGQUERY_JOB.exec(query.get('j') ?? '')?.groups;
  const tabs = [...(query.get('ws') ?? '').matchAll(BIGQUERY_TABS)];
  const job = shown !== undefined && project !== null ? { ...shown, project } : tabs[0]?.groups;
  if (job === undefined || (shown === undefined && tabs.length > 1)) return undefined;
  return { service: 'bigquery.googleapis.com', name: filled(`${LOCATION}/jobs/{id}`, job) };
}

function filled(template: string, parts: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? '');
}
