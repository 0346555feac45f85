import { projectOf } from '../contract/names.js';
import { type IamAdvice, iamFor, type NeededPermission } from '../google/iam.js';
import { CommandError } from './command-error.js';
import type { CommonFlags } from './input/flags.js';
import { googleSettings } from './input/google-settings.js';
import { parseNames } from './input/operation-name.js';
import { printable } from './output/printable.js';
import { resultsTo } from './output/terminal.js';
import { WIDTH, wrap } from './output/text.js';

/** The flags of `iam`. */
export interface IamFlags extends CommonFlags {
  startedBy?: string;
}

/** Runs `iam`. @throws {CommandError} with every name that is wrong */
export function runIam(names: readonly string[], flags: IamFlags): void {
  const { startedBy } = flags;
  if (startedBy !== undefined && !/^[a-z][A-Za-z]{1,60}$/.test(startedBy))
    throw new CommandError(
      'BAD_USAGE',
      '--started-by takes the last part of a permission, such as create, import or deploy',
    );
  const { endpoints } = googleSettings(process.env);
  const all = parseNames(names, flags, endpoints).map((target) => iamFor({ ...target, startedBy }));
  const results = resultsTo(process.stdout, flags.output, names.length > 1);
  // Each is a file of its own for gcloud, which takes one role at a time.
  for (const [index, advice] of all.entries())
    results.add(advice, `${index === 0 ? '' : '---\n'}${roleFile(advice)}`);
  results.end();
}

const LEGEND =
  'documented: Google says so of this call. derived: by a rule or by its name. unknown: neither. A 403 of Google names what ' +
  'is missing: error.details[].metadata.permission. What there is, and how to make the role:';

/** The permissions as comments, and the role in the YAML that `gcloud iam roles create --file` takes. */
export function roleFile(advice: IamAdvice): string {
  const { name, service, permissions, roleId, role } = advice;
  const project = projectOf(name) ?? '';
  const id = /^[a-z][a-z0-9-]+$/.test(project) ? project : 'PROJECT_ID';
  const comments = [
    `${name} on ${service}`,
    '',
    ...permissions.flatMap(linesOf),
    '',
    ...wrap(LEGEND, WIDTH - 2),
    // Each in one line, to be copied.
    `  gcloud iam list-testable-permissions //cloudresourcemanager.googleapis.com/projects/${id}`,
    `  gcloud iam roles create ${roleId} --project ${id} --file role.yaml`,
  ];
  return [
    ...comments.map((line) => `# ${printable(line)}`.trimEnd()),
    `title: ${JSON.stringify(role.title)}`,
    `description: ${JSON.stringify(role.description)}`,
    `stage: ${role.stage}`,
    role.includedPermissions.length === 0 ? 'includedPermissions: []' : 'includedPermissions:',
    ...role.includedPermissions.map((permission) => `  - ${permission}`),
    ...permissions.flatMap(choices),
  ].join('\n');
}

function linesOf({ for: call, permission, oneOf, basis, note }: NeededPermission): string[] {
  const what = permission ?? (oneOf === undefined ? '' : 'one of those at the end');
  const notes = note === undefined ? [] : wrap(note, WIDTH - 12).map((line) => `          ${line}`);
  return [`${call.padEnd(8)}${`${what}  (${basis})`.trim()}`, ...notes];
}

// Comments: whether an account may create or delete is for a person to decide.
function choices({ oneOf = [] }: NeededPermission): string[] {
  if (oneOf.length === 0) return [];
  return [
    '  # To cancel, the one whose method started the operation; --started-by puts it in:',
    ...oneOf.map((permission) => `  # - ${permission}`),
  ];
}
