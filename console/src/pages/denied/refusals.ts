// The latest refusals, newest first. A device that tries the same again and again takes one place.

import type {ExplainRequest, Refusal} from '../../wire';

export const KEPT_MAX = 200;

export interface Refused {
  readonly key: string; // what it is, without when
  readonly refusal: Refusal; // the latest
  readonly times: number;
}

// `more`: the newest last, as the server has them.
export function added(kept: readonly Refused[], more: readonly Refusal[]): Refused[] {
  const all = new Map([...kept].reverse().map((one) => [one.key, one]));
  for (const refusal of more) {
    const key = keyOf(refusal);
    const times = (all.get(key)?.times ?? 0) + 1;
    all.delete(key);
    all.set(key, {key, refusal, times});
  }
  return [...all.values()].reverse().slice(0, KEPT_MAX);
}

// All but when.
function keyOf({at: _, ...what}: Refusal): string {
  return JSON.stringify(Object.entries(what).sort());
}

// Who was refused, as short as it is known by.
export function whoWords({clientId, thing, certificate, address}: Refusal): string {
  if (clientId) return clientId;
  if (thing) return thing;
  return certificate ? `certificate ${certificate.slice(0, 8)}…` : (address ?? 'somebody');
}

// What is asked of explain; null: nobody's policies were asked, so there is nothing to explain.
export function questionOf(refusal: Refusal): ExplainRequest | null {
  const {clientId, certificate, thing, address, action, resource} = refusal;
  if (!certificate && !thing) return null;
  return {
    ...(certificate ? {certificate} : {thing}),
    ...(clientId ? {clientId} : {}),
    ...(address ? {sourceIp: address} : {}),
    action,
    resource,
  };
}
