// Follows the list of things with one question at a time. Another question, or the same anew, is
// another following, so that no frame of the one before gets among its rows.
import {batch, signal} from '@preact/signals';
import {live} from '../../live/live';
import {receive, type Window, windowOf} from './window';

export const shown = signal<Window | undefined>(undefined);
export const refused = signal('');
export const age = signal(0); // grows with each question that is answered for the first time

let id: number | undefined;
let asked = {q: '', sort: 'name', from: 0, to: 60};

function begin(): void {
  if (id !== undefined) live.leave(id);
  let isFirst = true;
  id = live.follow(
    {what: 'things', ...asked},
    {
      frame: (frame) =>
        batch(() => {
          refused.value = '';
          shown.value = receive(isFirst ? undefined : shown.value, frame);
          if (isFirst) age.value++;
          isFirst = false;
        }),
      error: (words) => {
        refused.value = words;
      },
      again: () => {
        isFirst = true;
      },
    },
  );
}

export function ask(q: string, sort: string): void {
  if (id !== undefined && q === asked.q && sort === asked.sort) return;
  asked = {q, sort, from: 0, to: 60};
  begin();
}

// In the order of now.
export function askAnew(): void {
  begin();
}

// These rows are seen.
export function see(from: number, to: number): void {
  const window = windowOf(from, to);
  if (id === undefined || (window.from === asked.from && window.to === asked.to)) return;
  asked = {...asked, ...window};
  live.change(id, {what: 'things', ...asked});
}

export function leave(): void {
  if (id !== undefined) live.leave(id);
  id = undefined;
  shown.value = undefined;
}
