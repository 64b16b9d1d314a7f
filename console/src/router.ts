// Where one is: `#/things/lamp/history?shadow=config`. The address holds all that a reload or a
// link to somebody else should bring back.
import {signal} from '@preact/signals';

export const pages = ['things', 'denied', 'mqtt', 'faults', 'health'] as const;
export type Page = (typeof pages)[number];

export interface Route {
  page: Page;
  rest: string[]; // decoded: of a thing its name, and which tab
  query: Record<string, string>;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// What is no address of ours leads to the things.
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s, 2);
  const [first = '', ...rest] = path.split('/').map(decode);
  const page = pages.find((name) => name === first);
  return {
    page: page ?? 'things',
    rest: page === undefined ? [] : rest.filter((part) => part !== ''),
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

// Empty values of the query are left out.
export function formatRoute(
  page: Page,
  rest: string[] = [],
  query: Record<string, string | undefined> = {},
): string {
  const path = [page, ...rest].map(encodeURIComponent).join('/');
  const pairs = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  return `#/${path}${pairs.length ? `?${new URLSearchParams(pairs).toString()}` : ''}`;
}

export const route = signal<Route>(parseRoute(''));

// Asked before one goes: false keeps one where one is (an edit that is not saved).
let mayLeave: (() => boolean) | undefined;
let stands = '';

export function guardLeaving(may: (() => boolean) | undefined): void {
  mayLeave = may;
}

function arrive(): void {
  if (location.hash === stands) return;
  if (mayLeave && !mayLeave()) {
    history.replaceState(null, '', stands);
    return;
  }
  stands = location.hash;
  route.value = parseRoute(stands);
}

export function startRouter(): void {
  stands = location.hash;
  route.value = parseRoute(stands);
  addEventListener('hashchange', arrive);
}

// Goes to an address of formatRoute. `replace`: without a step in the browser's history.
export function go(address: string, replace = false): void {
  if (address === location.hash) return;
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(null, '', address);
  arrive();
}
