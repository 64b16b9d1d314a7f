// The samples of the last ten minutes, and what of them charts and sentences are made of.

import type {Sample} from '../../wire';

export const WINDOW_SECONDS = 600;

// Of each second its latest sample, in order, none older than ten minutes before the newest.
export function joined(kept: readonly Sample[], more: readonly Sample[]): Sample[] {
  const first = more[0];
  if (first === undefined) return [...kept];
  const isAfter = kept.length === 0 || (kept.at(-1) as Sample).at < first.at;
  const all = isAfter ? [...kept, ...more] : sorted([...kept, ...more]);
  const oldest = (all.at(-1) as Sample).at - WINDOW_SECONDS * 1000;
  const start = all.findIndex(({at}) => at > oldest);
  return all.slice(start);
}

function sorted(samples: Sample[]): Sample[] {
  return [...new Map(samples.map((one) => [one.at, one])).values()].sort((a, b) => a.at - b.at);
}

export type Reading = (sample: Sample) => number | undefined;

// Columns as uPlot takes them: seconds, and for each reading its values; null: not known.
export function columns(samples: readonly Sample[], readings: readonly Reading[]): Column[] {
  return [
    samples.map(({at}) => at / 1000),
    ...readings.map((read) => samples.map((sample) => read(sample) ?? null)),
  ];
}

export type Column = (number | null)[];

export interface Summary {
  readonly latest: number;
  readonly least: number;
  readonly most: number;
  readonly mean: number;
}

// Null: no second of them is known.
export function summary(samples: readonly Sample[], read: Reading): Summary | null {
  const values = samples.map(read).filter((value) => value !== undefined);
  if (values.length === 0) return null;
  return {
    latest: values.at(-1) as number,
    least: Math.min(...values),
    most: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  };
}

export interface Minute {
  readonly at: number; // ms: when it began
  readonly values: readonly (number | null)[]; // the greatest of each reading
}

// Newest first.
export function minutes(samples: readonly Sample[], readings: readonly Reading[]): Minute[] {
  const groups = new Map<number, Sample[]>();
  for (const sample of samples) {
    const at = Math.floor(sample.at / 60_000) * 60_000;
    const group = groups.get(at);
    if (group === undefined) groups.set(at, [sample]);
    else group.push(sample);
  }
  return [...groups].reverse().map(([at, group]) => ({
    at,
    values: readings.map((read) => summary(group, read)?.most ?? null),
  }));
}
