import {signal} from '@preact/signals';
import {Icon} from './icon';

const shownMs = 6000;

export interface Notice {
  id: number;
  words: string;
  kind: 'good' | 'bad';
}

const notices = signal<readonly Notice[]>([]);
let last = 0;

function drop(id: number): void {
  notices.value = notices.value.filter((one) => one.id !== id);
}

// Says something for a while; what went wrong stays until it is put away.
export function notice(words: string, kind: Notice['kind'] = 'good'): void {
  const id = ++last;
  notices.value = [...notices.value.filter((one) => one.words !== words), {id, words, kind}].slice(
    -4,
  );
  if (kind === 'good') setTimeout(drop, shownMs, id);
}

export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map(({id, words, kind}) => (
        <div key={id} class={`notice ${kind}`}>
          <span>{words}</span>
          <button
            type="button"
            class="button quiet square"
            aria-label="Dismiss"
            onClick={() => drop(id)}
          >
            <Icon name="cross" />
          </button>
        </div>
      ))}
    </div>
  );
}
