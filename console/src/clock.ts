// The server's time of day, as far as the page can tell, and a tick a second for what shows ages.
import {signal} from '@preact/signals';

let aheadMs = 0;

export const now = signal(Date.now());

// `at`: the server's time of just now, ms since 1970.
export function setClock(at: number): void {
  aheadMs = at - Date.now();
  now.value = at;
}

export function startClock(): void {
  setInterval(() => {
    if (document.visibilityState === 'visible') now.value = Date.now() + aheadMs;
  }, 1000);
}
