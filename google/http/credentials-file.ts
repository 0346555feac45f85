import { readFileSync } from 'node:fs';
import { isJsonObject } from '../json.js';

/** The variables that name the file, in the order in which Google's library reads them. */
const VARIABLES = ['GOOGLE_APPLICATION_CREDENTIALS', 'google_application_credentials'];

/** A clause, for these credentials get tokens for the APIs of one Google Distributed Cloud, and none for Google Cloud's. */
export const GDCH_PROBLEM =
  'the credentials are of type gdch_service_account (Google Distributed Cloud), which the APIs of Google Cloud do not take';

/** The problem of a credentials file that no token can come of, as a clause; `undefined` where it may be fine. */
export function problemOfCredentialsFile(path: string): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return isJsonObject(content) && content['type'] === 'gdch_service_account' ? GDCH_PROBLEM : undefined;
  } catch {
    // It may be written later.
    return undefined;
  }
}

/** An error of loading the credentials, without the content of their file: the JSON parser's message quotes it. */
export function loadingError(error: unknown): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const variable = VARIABLES.find((name) => process.env[name]);
  return new Error(
    variable === undefined
      ? "application_default_credentials.json, in CLOUDSDK_CONFIG or gcloud's folder, is not JSON"
      : `the file in ${variable} is not JSON`,
  );
}
