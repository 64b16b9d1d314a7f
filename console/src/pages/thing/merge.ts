// Two changes of one base put together: what one side alone has changed is taken, where both have
// changed the same path otherwise somebody has to say. Pure.
import {emptyObject, isObject, same} from '../../json/json';
import type {Json, JsonObject} from '../../wire';

// One path that both sides have changed. What is not there is undefined.
export interface Conflict {
  path: string[];
  base: Json | undefined;
  theirs: Json | undefined;
  ours: Json | undefined;
}

export type Side = 'theirs' | 'ours';

export interface Taken {
  path: string[];
  side: Side;
  before: Json | undefined;
  after: Json | undefined;
}

export interface Merged {
  value: JsonObject; // with theirs where there is a conflict
  conflicts: Conflict[];
  taken: Taken[]; // what was merged without asking
}

export const keyOf = (path: string[]): string => JSON.stringify(path);

// Objects are gone into; everything else is one value, arrays too, as an update has them.
function mergeValue(
  base: Json | undefined,
  theirs: Json | undefined,
  ours: Json | undefined,
  path: string[],
  merged: Merged,
): Json | undefined {
  if (isObject(theirs) && isObject(ours) && (isObject(base) || base === undefined)) {
    return mergeObjects(base ?? emptyObject(), theirs, ours, path, merged);
  }
  if (same(theirs, ours)) return theirs;
  if (same(base, theirs)) {
    merged.taken.push({path, side: 'ours', before: base, after: ours});
    return ours;
  }
  if (same(base, ours)) {
    merged.taken.push({path, side: 'theirs', before: base, after: theirs});
    return theirs;
  }
  merged.conflicts.push({path, base, theirs, ours});
  return theirs;
}

function mergeObjects(
  base: JsonObject,
  theirs: JsonObject,
  ours: JsonObject,
  path: string[],
  merged: Merged,
): JsonObject {
  const value = emptyObject();
  for (const name of new Set([
    ...Object.keys(theirs),
    ...Object.keys(ours),
    ...Object.keys(base),
  ])) {
    const member = mergeValue(base[name], theirs[name], ours[name], [...path, name], merged);
    if (member !== undefined) value[name] = member;
  }
  return value;
}

export function merge(base: JsonObject, theirs: JsonObject, ours: JsonObject): Merged {
  const merged: Merged = {value: emptyObject(), conflicts: [], taken: []};
  merged.value = mergeObjects(base, theirs, ours, [], merged);
  return merged;
}

function put(
  object: JsonObject,
  [name = '', ...rest]: string[],
  value: Json | undefined,
): JsonObject {
  const changed = Object.assign(emptyObject(), object);
  const inner = object[name];
  const member = rest.length ? put(isObject(inner) ? inner : emptyObject(), rest, value) : value;
  if (member === undefined) delete changed[name];
  else changed[name] = member;
  return changed;
}

// The merged value with what was chosen for each conflict, by keyOf its path; else theirs.
export function settle({value, conflicts}: Merged, choices: ReadonlyMap<string, Side>): JsonObject {
  return conflicts.reduce(
    (all, {path, theirs, ours}) =>
      put(all, path, choices.get(keyOf(path)) === 'ours' ? ours : theirs),
    value,
  );
}
