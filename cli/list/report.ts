import { printable } from '../output/printable.js';
import { say } from '../output/terminal.js';
import type { Found } from './read-lists.js';

const MAX_SHOWN_PLACES = 10;

/** Whether something may run that the lists do not show. */
export function isIncomplete({ refused, unreachable }: Found): boolean {
  return refused.length + unreachable.length > 0;
}

/** Says on stderr what the lists do not show, and why. The kinds of a service that fail alike are one message. */
export function reportMissing({ refused, unreachable, unknownAge }: Found): void {
  const alike = new Map<string, { kinds: string[]; message: string }>();
  for (const { service, kind, parent, error } of refused) {
    const reason = error.message.replace(/^list of \S+: /, '');
    const one = alike.get(`${service} ${reason}`) ?? { kinds: [], message: `${service} under ${parent}: ${reason}` };
    one.kinds.push(kind);
    alike.set(`${service} ${reason}`, one);
  }
  for (const { kinds, message } of alike.values())
    say(printable(`Not listed: ${[...new Set(kinds)].join(', ')} of ${message}`));
  if (unreachable.length > 0) {
    const shown = unreachable.slice(0, MAX_SHOWN_PLACES).map(printable).join(', ');
    const more = unreachable.length > MAX_SHOWN_PLACES ? ` and ${unreachable.length - MAX_SHOWN_PLACES} more` : '';
    say(`Google could not reach ${shown}${more}. What runs there is not listed.`);
  }
  if (unknownAge > 0) say(`Passed over, because they tell no time of creation: ${unknownAge}.`);
}
