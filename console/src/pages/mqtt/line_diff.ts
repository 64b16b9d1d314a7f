// What has changed between two texts, line by line.

export type DiffSign = ' ' | '-' | '+';

export interface DiffLine {
  readonly sign: DiffSign;
  readonly text: string;
}

// Lines that differ between the common beginning and end; the table has their product of cells.
const MIDDLE_CELLS_MAX = 1_000_000;

// The shortest way from `before` to `after`, unless they are long and differ everywhere.
export function lineDiff(before: string, after: string): DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    ...signed(' ', a.slice(0, start)),
    ...middle(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...signed(' ', a.slice(a.length - end)),
  ];
}

function signed(sign: DiffSign, lines: string[]): DiffLine[] {
  return lines.map((text) => ({sign, text}));
}

function middle(a: string[], b: string[]): DiffLine[] {
  if (a.length * b.length > MIDDLE_CELLS_MAX) return [...signed('-', a), ...signed('+', b)];
  const width = b.length + 1;
  // common[i * width + j]: the most lines that a from i and b from j have in common, in order.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({sign: ' ', text: a[i] as string});
      [i, j] = [i + 1, j + 1];
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({sign: '-', text: a[i] as string});
      i += 1;
    } else {
      lines.push({sign: '+', text: b[j] as string});
      j += 1;
    }
  }
  return lines;
}
