// What to send so that a section becomes what somebody has made of it: only what differs, null for
// what is gone. Pure.
import {emptyObject, isObject, same} from '../../json/json';
import type {Json, JsonObject, State, UpdateRequest} from '../../wire';

// Members that are null are as good as not there, at any depth of objects: an update removes them.
function withoutNulls(value: Json): Json {
  if (!isObject(value)) return value;
  const kept = emptyObject();
  for (const [name, member] of Object.entries(value))
    if (member !== null) kept[name] = withoutNulls(member);
  return kept;
}

// Nothing where both are the same.
export function patch(before: JsonObject, after: JsonObject): JsonObject | undefined {
  const changes = emptyObject();
  for (const name of Object.keys(before)) if ((after[name] ?? null) === null) changes[name] = null;
  for (const [name, value] of Object.entries(after)) {
    if (value === null) continue;
    const old = before[name];
    if (isObject(old) && isObject(value)) {
      const inner = patch(old, value);
      if (inner) changes[name] = inner;
    } else {
      const wanted = withoutNulls(value);
      if (!same(old, wanted)) changes[name] = wanted;
    }
  }
  return Object.keys(changes).length ? changes : undefined;
}

export type Sections = Required<Pick<State, 'desired' | 'reported'>>;

export const sectionNames = ['desired', 'reported'] as const;

export function sectionsOf(state: State | undefined): Sections {
  return {desired: state?.desired ?? emptyObject(), reported: state?.reported ?? emptyObject()};
}

// The update from one to the other, for the version begun with; nothing where both are the same.
export function updateOf(
  before: Sections,
  after: Sections,
  version: number | undefined,
): UpdateRequest | undefined {
  const state: UpdateRequest['state'] = {};
  for (const section of sectionNames) {
    const changes = patch(before[section], after[section]);
    if (changes) state[section] = changes;
  }
  if (!state.desired && !state.reported) return undefined;
  return version === undefined ? {state} : {state, version};
}
