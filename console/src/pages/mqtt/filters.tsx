import {useState} from 'preact/hooks';

import {useKey} from '../../keys';
import {Button} from '../../ui/button';
import {Icon} from '../../ui/icon';
import {many} from '../../words';
import {traffic, useTraffic} from './followed';
import {filterLabel, Mark} from './mark';
import {type Filter, isFollowed} from './traffic';

const FIELD = 'mqtt-filter';

function focusField(): void {
  document.getElementById(FIELD)?.focus();
}

// What is subscribed to, and one more.
export function Filters() {
  const {filters} = useTraffic();
  const [text, setText] = useState('');
  const [qos, setQos] = useState<0 | 1>(0);
  const [fault, setFault] = useState<string | null>(null);
  useKey('f', 'subscribe to a filter', focusField);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wrong = traffic.add(text.trim(), qos);
    setFault(wrong);
    if (wrong === null) setText('');
  };
  return (
    <div class="mqtt-filters">
      <form class="mqtt-add" onSubmit={submit} aria-label="Subscribe">
        <label class="field grow">
          <span>Topic filter</span>
          <input
            id={FIELD}
            class="mono"
            value={text}
            placeholder="home/+/power or #"
            spellcheck={false}
            autocapitalize="none"
            autocomplete="off"
            aria-invalid={fault !== null}
            aria-describedby="mqtt-filter-fault"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>QoS</span>
          <select
            value={String(qos)}
            onChange={(event) => setQos(event.currentTarget.value === '1' ? 1 : 0)}
          >
            <option value="0">0</option>
            <option value="1">1</option>
          </select>
        </label>
        <Button type="submit" kind="main">
          Subscribe
        </Button>
      </form>
      <p id="mqtt-filter-fault" class="fault" role="alert">
        {fault}
      </p>
      {filters.length > 0 && (
        <ul class="mqtt-chips" aria-label="Filters">
          {filters.map((filter) => (
            <Chip key={filter.place} filter={filter} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Chip({filter}: {filter: Filter}) {
  useTraffic();
  const {place, text, qos, came, lost, refusal} = filter;
  return (
    <li class={isFollowed(filter) ? 'mqtt-chip' : 'mqtt-chip stopped'}>
      <Mark place={place} />
      <code>{text}</code>
      <span class="faint number">
        QoS {qos} · {many(came)}
      </span>
      {lost > 0 && <span class="badge warn number">lost: {many(lost)}</span>}
      {refusal !== null && <span class="badge bad">{refusal}</span>}
      {!isFollowed(filter) && refusal === null && <span class="badge">stopped</span>}
      <button
        type="button"
        class="button quiet square small"
        aria-label={`Unsubscribe from ${filterLabel(filter)}`}
        data-tip="Unsubscribe"
        onClick={() => traffic.remove(filter)}
      >
        <Icon name="cross" />
      </button>
    </li>
  );
}
