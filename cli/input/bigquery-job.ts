/** `project:location.job`, as `bq` shows and takes it. A project may have a domain: `example.com:project:US.job`. */
const JOB_REFERENCE = /^([^/]+):([A-Za-z][A-Za-z0-9-]*)\.([\w-]+)$/;
const WITHOUT_LOCATION = /^(?!operation:)[^/]+:[\w-]+$/;

/** The name of the job that BigQuery's `project:location.job` stands for, or `undefined` for another text. */
export function nameOfJobReference(text: string): string | undefined {
  const [, project, location, id] = JOB_REFERENCE.exec(text) ?? [];
  return project === undefined ? undefined : `projects/${project}/locations/${location}/jobs/${id}`;
}

/** Whether a text is such a reference, but without its location. */
export function lacksLocation(text: string): boolean {
  return WITHOUT_LOCATION.test(text);
}
