import {useState} from 'preact/hooks';
import {useFollow} from '../../live/live';
import {Button} from '../../ui/button';
import {Empty} from '../../ui/empty';
import {Icon} from '../../ui/icon';
import type {TraceFault, TraceLine, TraceRequest} from '../../wire';
import {clockTime, count, micros} from '../../words';
import {scaleOf, segmentsOf} from './bars';
import {whoText} from './who';

const keptMax = 200;

interface Kept {
  number: number;
  line: TraceLine;
}

const steps = [
  {step: 'handled', words: 'taken to handled'},
  {step: 'committed', words: 'handled to stored'},
  {step: 'answered', words: 'stored to answered'},
];

const isRequest = (line: TraceLine): line is TraceRequest => 'taken' in line;

function Bar({line, scale}: {line: TraceRequest; scale: number}) {
  const segments = segmentsOf(line, scale);
  const words = segments.map(({step, us}) => `${step} ${micros(us)}`).join(', ');
  return (
    <span class="trace-bar" role="img" aria-label={words} data-tip={words}>
      {segments.map(({step, share}) => (
        <i key={step} class={step} style={{width: `${(share * 100).toFixed(2)}%`}} />
      ))}
    </span>
  );
}

function Request({line, scale}: {line: TraceRequest; scale: number}) {
  const isGood = line.code === 200;
  const who = whoText({way: line.way, clientId: line.client_id, principal: line.principal});
  return (
    <li class="trace-line">
      <time class="number faint">{clockTime(Date.parse(line.taken))}</time>
      <span class="trace-what">
        <b>{line.operation}</b> {line.shadow || 'classic'}
        {line.resent && <span class="faint"> sent again</span>}
      </span>
      <span class={isGood ? 'faint number' : 'badge bad'}>{line.code}</span>
      <span class="trace-who faint">{who}</span>
      <Bar line={line} scale={scale} />
      <span class="number to-end">{micros(line.answered_us)}</span>
    </li>
  );
}

function Fault({line}: {line: TraceFault}) {
  return (
    <li class="trace-line fault">
      <time class="number faint">{clockTime(Date.parse(line.fired))}</time>
      <span class="trace-what">
        <b>fault</b> {line.topic.split('/shadow/')[1] ?? line.topic}
      </span>
      <span class="badge warn">on purpose</span>
      <span class="trace-who faint">{line.client}</span>
      <code class="trace-faults">{line.faults.join(' ')}</code>
    </li>
  );
}

function Line({line, scale}: {line: TraceLine; scale: number}) {
  if (isRequest(line)) return <Request line={line} scale={scale} />;
  if ('fired' in line) return <Fault line={line} />;
  return (
    <li class="trace-line lost">
      {count(line.lost, 'line')} left out here: more came than were read
    </li>
  );
}

export function Trace({thing}: {thing: string}) {
  const [lines, setLines] = useState<Kept[]>([]);
  const [held, setHeld] = useState<Kept[] | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const add = (line: TraceLine) => {
    setLines((old) => [{number: (old[0]?.number ?? 0) + 1, line}, ...old].slice(0, keptMax));
  };
  useFollow(
    {what: 'trace', thing},
    {frame: ({line}) => add(line), error: setFailed, lost: (lost) => add({lost})},
  );
  const shown = held ?? lines;
  const slowest = Math.max(1, ...shown.map(({line}) => (isRequest(line) ? line.answered_us : 0)));
  const scale = scaleOf(slowest);
  const behind = held ? (lines[0]?.number ?? 0) - (held[0]?.number ?? 0) : 0;
  return (
    <>
      <div class="bar">
        <Button pressed={held !== undefined} onClick={() => setHeld(held ? undefined : lines)}>
          <Icon name={held ? 'play' : 'pause'} />
          {held ? 'Go on' : 'Pause'}
        </Button>
        <p class="faint number" role="status">
          {held ? `${count(behind, 'line')} since` : `the latest ${String(keptMax)} at most`}
        </p>
        <ul class="legend" aria-label="Colours of the bars">
          {steps.map(({step, words}) => (
            <li key={step}>
              <i class={step} />
              {words}
            </li>
          ))}
          <li class="faint number">full width {micros(scale)}</li>
        </ul>
      </div>
      {failed && (
        <p class="problem" role="alert">
          {failed}
        </p>
      )}
      {shown.length === 0 && !failed ? (
        <Empty
          title="Waiting for a request"
          command={`mosquitto_pub -q 1 -t '$aws/things/${thing}/shadow/get' -n`}
        >
          <p>
            Each request for a shadow of this thing is shown as it comes: when shadowd took it, and
            how long each step was.
          </p>
        </Empty>
      ) : (
        <ol class="trace" aria-label="Requests, newest first">
          {shown.map(({number, line}) => (
            <Line key={number} line={line} scale={scale} />
          ))}
        </ol>
      )}
    </>
  );
}
