// A diff as people read it: what has changed with a little of what is around it.

import type {DiffLine} from './line_diff';

export interface Same {
  readonly same: number; // so many lines that are the same
}

const AROUND = 3;
export const SHOWN_MAX = 1000; // lines; more would make the page slow

// Long runs of lines that are the same become a number.
export function diffBlocks(lines: readonly DiffLine[]): (DiffLine | Same)[] {
  const isNear = new Uint8Array(lines.length);
  lines.forEach(({sign}, i) => {
    if (sign !== ' ') isNear.fill(1, Math.max(0, i - AROUND), i + AROUND + 1);
  });
  const blocks: (DiffLine | Same)[] = [];
  let same = 0;
  const endRun = (): void => {
    if (same > 0) blocks.push({same});
    same = 0;
  };
  lines.forEach((line, i) => {
    if (isNear[i] === 0) {
      same += 1;
      return;
    }
    endRun();
    blocks.push(line);
  });
  endRun();
  return blocks;
}
