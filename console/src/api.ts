// Requests of the session. An answer 401 ends the session for the page, which shows the login then.
import {address, Refused, send} from './http';
import {checkSession, over, session} from './session';
import type {
  Check,
  ExplainRequest,
  Explanation,
  HistoryPage,
  ReadyFault,
  RestoreRequest,
  Restored,
  ShadowDocument,
  Thing,
  UpdateRequest,
  Version,
  VersionsDiff,
} from './wire';

type Query = Record<string, string | number | undefined>;

// Throws Refused. Parts of the path are encoded here.
export async function ask<T>(
  method: 'GET' | 'POST' | 'DELETE',
  parts: string[],
  query: Query = {},
  body?: unknown,
): Promise<T> {
  try {
    return (await send(method, address(parts, query), session.value?.csrf, body)) as T;
  } catch (error) {
    if (error instanceof Refused && error.status === 401)
      over('Your session is over. Log in to go on.');
    if (error instanceof Refused && error.status === 403) await checkSession();
    throw error;
  }
}

const own = (...parts: string[]) => ['_shadow', 'v1', ...parts];
const ofThing = (thing: string, ...parts: string[]) => own('things', thing, ...parts);

export const getThing = (thing: string) => ask<Thing>('GET', ofThing(thing));

export const check = (thing: string, name: string, request: UpdateRequest) =>
  ask<Check>('POST', ofThing(thing, 'check'), {name}, request);

export const getShadow = (thing: string, name: string) =>
  ask<ShadowDocument>('GET', ['things', thing, 'shadow'], {name});

export const updateShadow = (thing: string, name: string, request: UpdateRequest) =>
  ask<ShadowDocument>('POST', ['things', thing, 'shadow'], {name}, request);

export const deleteShadow = (thing: string, name: string) =>
  ask<unknown>('DELETE', ['things', thing, 'shadow'], {name});

export const explain = (request: ExplainRequest) =>
  ask<Explanation>('POST', own('explain'), {}, request);

export const getHistory = (
  thing: string,
  name: string,
  query: {after?: string; limit?: number; path?: string; lane?: string},
) => ask<HistoryPage>('GET', ofThing(thing, 'history'), {name, ...query});

export const getVersion = (thing: string, name: string, version: number) =>
  ask<Version>('GET', ofThing(thing, 'versions', String(version)), {name});

export const getVersionAt = (thing: string, name: string, at: number) =>
  ask<Version>('GET', ofThing(thing, 'versions'), {name, at});

export const getDiff = (thing: string, name: string, from: number, to?: number) =>
  ask<VersionsDiff>('GET', ofThing(thing, 'diff'), {name, from, to});

export const restore = (thing: string, name: string, request: RestoreRequest) =>
  ask<Restored>('POST', ofThing(thing, 'restore'), {name}, request);

export const getReadyFaults = () => ask<{plans: ReadyFault[]}>('GET', own('faults', 'ready'));

export const startFault = (plan: unknown) =>
  ask<{name: string; seed: number; endsInMs: number}>('POST', own('faults'), {}, plan);

export const stopFaults = (name?: string) =>
  ask<{stopped: string[]}>('DELETE', name === undefined ? own('faults') : own('faults', name));
