import { collectionOf } from '../../google/kinds/collections.js';
import { printable } from '../output/printable.js';
import { say } from '../output/terminal.js';
import type { Found } from './read-lists.js';

const MAX_SHOWN_PLACES = 10;

/** Whether something may run that the lists do not show. */
export function isIncomplete({ refused, unreachable }: Found): boolean {
  return refused.length + unreachable.length > 0;
}

/** Says on stderr what the lists do not show, and why. Those of a service that fail alike are one message. */
export function reportMissing({ refused, unreachable, unknownAge }: Found): void {
  const alike = new Map<string, string[]>();
  for (const { service, parent, error } of refused) {
    const { collection } = collectionOf({ service, parent });
    const reason = `${service}: ${error.message.replace(/^list of \S+: /, '')}`;
    alike.set(reason, [...(alike.get(reason) ?? []), collection]);
  }
  for (const [reason, collections] of alike) say(`Not listed: ${firstOf(collections)} of ${printable(reason)}`);
  if (unreachable.length > 0) say(`Google could not reach ${firstOf(unreachable)}. What runs there is not listed.`);
  if (unknownAge > 0) say(`Passed over, because they tell no time of creation: ${unknownAge}.`);
}

function firstOf(places: readonly string[]): string {
  const shown = places.slice(0, MAX_SHOWN_PLACES).map(printable).join(', ');
  return places.length > MAX_SHOWN_PLACES ? `${shown} and ${places.length - MAX_SHOWN_PLACES} more` : shown;
}
