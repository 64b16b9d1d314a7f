// A shadow's desired and reported, path by path, with when each was written. Pure.
import {isObject, same} from '../../json/json';
import type {Json, JsonObject, ShadowDocument} from '../../wire';

export interface TreeRow {
  path: string[];
  name: string;
  depth: number;
  isBranch: boolean; // its members follow
  desired?: Json; // of leaves
  reported?: Json;
  desiredAt?: number; // seconds since 1970
  reportedAt?: number;
  differs: boolean; // as the delta has it; of a branch: something in it does
}

interface Side {
  value: Json | undefined;
  metadata: Json | undefined;
}

// The newest time in what metadata has of a value; arrays have one an element.
export function newest(metadata: Json | undefined): number | undefined {
  if (Array.isArray(metadata)) {
    const times = metadata.map(newest).filter((time): time is number => time !== undefined);
    return times.length ? Math.max(...times) : undefined;
  }
  if (!isObject(metadata)) return undefined;
  if (typeof metadata.timestamp === 'number') return metadata.timestamp;
  return newest(Object.values(metadata));
}

function memberOf({value, metadata}: Side, name: string): Side {
  return {
    value: isObject(value) ? value[name] : undefined,
    metadata: isObject(metadata) ? metadata[name] : undefined,
  };
}

const isInner = (value: Json | undefined): value is JsonObject =>
  isObject(value) && Object.keys(value).length > 0;

function namesOf(a: Json | undefined, b: Json | undefined): string[] {
  const names = new Set([a, b].flatMap((side) => (isObject(side) ? Object.keys(side) : [])));
  return [...names].sort((x, y) => x.localeCompare(y, 'en', {numeric: true}) || (x < y ? -1 : 1));
}

function rowsOf(desired: Side, reported: Side, path: string[], rows: TreeRow[]): boolean {
  let differs = false;
  for (const name of namesOf(desired.value, reported.value)) {
    const d = memberOf(desired, name);
    const r = memberOf(reported, name);
    const row: TreeRow = {
      path: [...path, name],
      name,
      depth: path.length,
      isBranch: false,
      differs: false,
    };
    rows.push(row);
    // Two objects, or one where the other side has nothing, are gone into; all else stands whole.
    const sides = [d.value, r.value].filter((side) => side !== undefined);
    if (sides.every(isObject) && sides.some(isInner)) {
      row.isBranch = true;
      row.differs = rowsOf(d, r, row.path, rows);
    } else {
      row.desired = d.value;
      row.reported = r.value;
      row.desiredAt = newest(d.metadata);
      row.reportedAt = newest(r.metadata);
      row.differs = d.value !== undefined && !same(d.value, r.value);
    }
    differs ||= row.differs;
  }
  return differs;
}

// Members in the order of their names, so that they stay where they are.
export function treeOf({state, metadata}: ShadowDocument): TreeRow[] {
  const rows: TreeRow[] = [];
  rowsOf(
    {value: state.desired, metadata: metadata?.desired},
    {value: state.reported, metadata: metadata?.reported},
    [],
    rows,
  );
  return rows;
}

// desired.light.level, or with quotes where a name has a dot in it.
export function pathText(path: (string | number)[]): string {
  return path
    .map((part) => (/[.\s"]/.test(String(part)) ? JSON.stringify(part) : String(part)))
    .join('.');
}
