import { canonicalName } from '../../google/bindings.js';

/** Names in more than one form: by their service, the form, and a part of it in the form that is used. */
const OTHER_FORMS: readonly [service: string, form: RegExp, usual: (part: string) => string][] = [
  // BigQuery answers with capitals, and takes small letters too (hashicorp/terraform-provider-google#17031).
  ['bigquery', /(?<=^projects\/[^/]+\/locations\/)(?:us|eu)(?=\/jobs\/)/i, (location) => location.toUpperCase()],
  // These are the builds of `global` alone.
  ['cloudbuild', /(?<=^projects\/[^/]+\/)builds(?=\/[^/]+$)/, (builds) => `locations/global/${builds}`],
  // A location of GKE is a region or a zone.
  ['container', /(?<=^projects\/[^/]+\/)zones(?=\/[^/]+\/operations\/)/, () => 'locations'],
];

/** The one form of a name that workflows are named by, as far as a service takes more than one. */
export function usualName(service: string, name: string): string {
  const form = OTHER_FORMS.find(([one]) => `${one}.googleapis.com` === service);
  return form === undefined ? canonicalName(service, name) : name.replace(form[1], form[2]);
}
