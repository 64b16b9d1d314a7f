// The rows of the list that are known: those of the window that is followed, and of windows before
// it, as they were. Places stay as they were when the list began. Pure.
import type {Row, ThingsFrame} from '../../wire';

const keptMax = 2000;
const block = 20;

export interface Window {
  total: number;
  connected: number;
  differing: number;
  moved: number;
  rows: ReadonlyMap<number, Row>; // by place
}

export function receive(window: Window | undefined, frame: ThingsFrame): Window {
  const rows = new Map(window?.rows);
  if (frame.from !== undefined) {
    // The window is put last, so that what is oldest goes first.
    frame.rows.forEach((row, index) => {
      rows.delete((frame.from ?? 0) + index);
      rows.set((frame.from ?? 0) + index, row);
    });
    for (const place of rows.keys()) {
      if (rows.size <= keptMax) break;
      rows.delete(place);
    }
  } else {
    const changed = new Map(frame.rows.map((row) => [row.thing, row]));
    for (const [place, row] of changed.size ? rows : []) {
      const latest = changed.get(row.thing);
      if (latest) rows.set(place, latest);
    }
  }
  return {
    total: frame.total ?? window?.total ?? 0,
    connected: frame.connected ?? window?.connected ?? 0,
    differing: frame.differing ?? window?.differing ?? 0,
    moved: frame.moved ?? window?.moved ?? 0,
    rows,
  };
}

// Which rows to follow where those `from` up to `to` are seen: whole blocks, so that not each row
// that one scrolls by asks anew.
export function windowOf(from: number, to: number): {from: number; to: number} {
  const begin = Math.max(0, Math.floor(from / block) * block);
  return {
    from: begin,
    to: Math.min(begin + 200, Math.max(begin + 3 * block, Math.ceil(to / block) * block)),
  };
}
