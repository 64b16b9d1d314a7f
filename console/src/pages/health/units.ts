// Numbers with their units, short enough for an axis.

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const DECIMAL = ['', 'k', 'M', 'G'];

export function bytesText(bytes: number): string {
  return scaled(bytes, 1024, BINARY, ' ');
}

export function countText(count: number): string {
  return scaled(count, 1000, DECIMAL, '');
}

/** Microseconds as people say them: 80 µs, 1.2 ms, 3 s. */
export function microsecondsText(us: number): string {
  if (us < 1000) return `${digits(us)} µs`;
  if (us < 1_000_000) return `${digits(us / 1000)} ms`;
  return `${digits(us / 1_000_000)} s`;
}

function scaled(value: number, step: number, units: string[], gap: string): string {
  let [rest, place] = [value, 0];
  while (rest >= step && place < units.length - 1) [rest, place] = [rest / step, place + 1];
  return `${digits(rest)}${units[place] === '' ? '' : gap}${units[place]}`;
}

// Three that count at most, no zeros at the end.
function digits(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}
