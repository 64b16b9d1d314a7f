// Numbers and times in words.

const steps: [number, string][] = [
  [60, 'min'],
  [3600, 'h'],
  [86400, 'd'],
  [365 * 86400, 'y'],
];

// How long ago `then` was at `now`, both in seconds. Steps are wide, so that a page is quiet: tens
// of seconds below a minute, minutes below an hour, hours below two days.
export function age(then: number, now: number): string {
  const seconds = Math.max(0, Math.floor(now - then));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${String(Math.floor(seconds / 10) * 10)} s ago`;
  let [size, unit] = steps[0] as [number, string];
  for (const [next, name] of steps) {
    if (seconds >= (next === 86400 ? 2 * next : next)) [size, unit] = [next, name];
  }
  return `${String(Math.floor(seconds / size))} ${unit} ago`;
}

const two = (number: number) => String(number).padStart(2, '0');

// Local time of seconds since 1970: 2026-11-30 07:04:41.
export function exact(seconds: number): string {
  const at = new Date(seconds * 1000);
  const day = `${String(at.getFullYear())}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

// The time of day of milliseconds since 1970: 07:04:41.123.
export function clockTime(ms: number): string {
  const at = new Date(ms);
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${parts}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

// Microseconds: 85 µs, 1.2 ms, 2.4 s.
export function micros(us: number): string {
  if (us < 1000) return `${String(Math.round(us))} µs`;
  if (us < 1_000_000) return `${short(us / 1000)} ms`;
  return `${short(us / 1_000_000)} s`;
}

const short = (number: number) => (number < 9.95 ? number.toFixed(1) : String(Math.round(number)));

// 512 B, 8 KiB, 1.5 MiB.
export function bytes(count: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  let left = count;
  while (left >= 1023.5 && at + 1 < units.length) {
    left /= 1024;
    at++;
  }
  const text = at === 0 || Number.isInteger(left) ? String(left) : short(left);
  return `${text} ${units[at] ?? ''}`;
}

// 1234567 as 1,234,567; 1 thing, 2 things.
export const many = (number: number): string => number.toLocaleString('en');
export const count = (number: number, one: string, more = `${one}s`): string =>
  `${many(number)} ${number === 1 ? one : more}`;

// How long, of milliseconds: 42 s, 4 min 10 s, 2 h 5 min.
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${String(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60
      ? `${String(minutes)} min ${String(seconds % 60)} s`
      : `${String(minutes)} min`;
  return minutes % 60
    ? `${String(Math.floor(minutes / 60))} h ${String(minutes % 60)} min`
    : `${String(minutes / 60)} h`;
}
