// Whether shadowd serves, in words, and ten minutes of what it does.

import {useState} from 'preact/hooks';

import {useFollow} from '../../live/live';
import {Button} from '../../ui/button';
import type {Sample} from '../../wire';
import {bytes, count, many} from '../../words';
import {Chart} from './chart';
import {CHARTS} from './charts';
import {MinutesTable} from './minutes_table';
import {joined} from './window';

interface State {
  readonly ready: boolean | undefined;
  readonly words: string;
  readonly samples: readonly Sample[];
}

export function Health() {
  const [{ready, words, samples}, setState] = useState<State>({
    ready: undefined,
    words: '',
    samples: [],
  });
  const [fault, setFault] = useState('');
  const [hasTable, setTable] = useState(false);
  useFollow(
    {what: 'health'},
    {
      frame: (frame) => {
        setFault('');
        setState((before) => ({
          ready: frame.ready ?? before.ready,
          words: frame.words ?? before.words,
          samples: joined(before.samples, frame.samples),
        }));
      },
      error: setFault,
    },
  );
  return (
    <div class="page health">
      <h1>Health</h1>
      {fault !== '' && <p class="fault">{fault}</p>}
      {ready !== undefined && <Verdict ready={ready} words={words} latest={samples.at(-1)} />}
      {samples.length > 0 && (
        <>
          <div class="charts">
            {CHARTS.map((plan) => (
              <Chart key={plan.key} plan={plan} samples={samples} />
            ))}
          </div>
          <div>
            <Button pressed={hasTable} onClick={() => setTable(!hasTable)}>
              Show the numbers
            </Button>
          </div>
          {hasTable && <MinutesTable samples={samples} />}
        </>
      )}
    </div>
  );
}

function Verdict({ready, words, latest}: {ready: boolean; words: string; latest?: Sample}) {
  return (
    <section class={`verdict ${ready ? 'good' : 'bad'}`} aria-label="Now">
      <p class="verdict-words" role="status">
        <i class={`dot ${ready ? 'good' : 'bad'}`} />
        {ready ? 'Ready' : 'Not ready'}: {words}
      </p>
      {latest && (
        <dl class="health-facts">
          <Fact name="Link to the broker" value={linkWords(latest)} />
          <Fact name="Clients" value={known(latest.clients, many)} />
          <Fact name="Shadows" value={known(latest.shadows, many)} />
          <Fact name="Held by the broker" value={windowWords(latest)} />
          <Fact name="Store" value={known(latest.storeBytes, bytes)} />
          <Fact name="Disk" value={known(latest.diskFreeBytes, (free) => `${bytes(free)} free`)} />
        </dl>
      )}
    </section>
  );
}

function Fact({name, value}: {name: string; value: string}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{value}</dd>
    </div>
  );
}

function known(value: number | undefined, words: (value: number) => string): string {
  return value === undefined ? 'not known' : words(value);
}

function linkWords({link}: Sample): string {
  if (link === undefined) return 'not known';
  return link ? 'up' : 'down';
}

function windowWords({windowRequests, windowBytes}: Sample): string {
  if (windowRequests === undefined) return 'not known';
  const held = count(windowRequests, 'request');
  return windowBytes === undefined ? held : `${held}, ${bytes(windowBytes)}`;
}
