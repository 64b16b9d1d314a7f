import {useComputed, useSignal} from '@preact/signals';
import {now} from '../clock';
import {age} from '../words';

interface Props {
  at: number | undefined; // seconds since 1970
  focusable?: boolean; // shows the exact time on focus as well; not in long lists
}

// How long ago, kept up; the exact time when one points at it.
export function Time({at, focusable}: Props) {
  const then = useSignal(at);
  then.value = at;
  const words = useComputed(() =>
    then.value === undefined ? '' : age(then.value, now.value / 1000),
  );
  if (at === undefined)
    return (
      <span class="faint" aria-label="not known">
        –
      </span>
    );
  return (
    <time
      class="age"
      dateTime={new Date(at * 1000).toISOString()}
      data-at={at}
      tabIndex={focusable ? 0 : undefined}
    >
      {words}
    </time>
  );
}
