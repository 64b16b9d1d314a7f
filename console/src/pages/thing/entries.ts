// Entries of the history as a list. Pure.
import type {Change, Entry} from '../../wire';
import {pathText} from './tree';

// The newest page put before what is there. Where it does not reach what is there, more came than a
// page has: then it is all that is left, so that there is no gap.
export function newer(old: Entry[], page: Entry[]): Entry[] {
  const newest = old[0];
  if (!newest) return page;
  const fresh = page.filter(({change}) => change > newest.change);
  return fresh.length === page.length && page.length > 0 ? page : [...fresh, ...old];
}

const kinds: Record<Entry['kind'], string> = {
  create: 'created',
  update: '',
  delete: 'deleted',
  import: 'imported',
  restore: 'restored',
  connected: 'connected',
  ended: 'disconnected',
  get: 'asked for it',
};

export const isEvent = ({lane}: Entry): boolean => lane === 'e';

// In a few words: `created`, `desired.fw, +2`.
export function summary({kind, changes = [], reason}: Entry): string {
  const [first, ...rest] = changes;
  const paths = first
    ? `${pathText(first.path)}${rest.length ? `, +${String(rest.length)}` : ''}`
    : '';
  const words = [kinds[kind], reason && `(${reason.toLowerCase().replaceAll('_', ' ')})`, paths]
    .filter(Boolean)
    .join(' ');
  return words || 'written again as it was';
}

export type Sign = '+' | '−' | '≠';

export function signOf(change: Change): Sign {
  if (change.old === undefined) return '+';
  return change.new === undefined ? '−' : '≠';
}
