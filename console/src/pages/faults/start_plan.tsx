import {useEffect, useState} from 'preact/hooks';

import {getReadyFaults, startFault} from '../../api';
import {Button} from '../../ui/button';
import {notice} from '../../ui/notice';
import type {FaultPlan, ReadyFault} from '../../wire';
import {type Changes, changed, parsedPlan} from './plan';

const OWN = ''; // no plan is called that

// Starts one of the ready plans, or one that is pasted.
export function StartPlan() {
  const [ready, setReady] = useState<readonly ReadyFault[]>([]);
  const [chosen, setChosen] = useState(OWN);
  const [own, setOwn] = useState('');
  const [changes, setChanges] = useState<Changes>({things: '', length: '', seed: ''});
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    getReadyFaults().then(
      ({plans}) => {
        setReady(plans);
        setChosen(plans[0]?.name ?? OWN);
      },
      (error: Error) => setFault(error.message),
    );
  }, []);

  const plan = ready.find(({name: one}) => one === chosen)?.plan;
  const start = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFault('');
    setBusy(true);
    try {
      const started = changed(plan ?? parsedPlan(own), changes);
      await startFault(started);
      notice(`${started.name} is in force`);
    } catch (error) {
      setFault((error as Error).message);
    }
    setBusy(false);
  };
  return (
    <form class="fault-start" aria-labelledby="fault-start-title" onSubmit={(e) => void start(e)}>
      <h2 id="fault-start-title">Start a plan</h2>
      <fieldset class="fault-choices">
        <legend class="sr">Plan</legend>
        {ready.map(({name: one, about}) => (
          <Choice key={one} value={one} chosen={chosen} onChoose={setChosen} about={about} />
        ))}
        <Choice value={OWN} chosen={chosen} onChoose={setChosen} about="one of your own, as JSON" />
      </fieldset>
      {plan === undefined ? (
        <label class="field">
          <span>The plan</span>
          <textarea
            class="mono"
            rows={10}
            spellcheck={false}
            value={own}
            onInput={(event) => setOwn(event.currentTarget.value)}
          />
        </label>
      ) : (
        <details class="fault-text">
          <summary>What it says</summary>
          <pre class="json" tabIndex={0} role="region" aria-label={`The plan ${plan.name}`}>
            {printed(plan)}
          </pre>
          <Button
            onClick={() => {
              setOwn(printed(plan));
              setChosen(OWN);
            }}
          >
            Make it a plan of your own
          </Button>
        </details>
      )}
      <Scope changes={changes} onChange={setChanges} length={plan?.for} />
      <p class="fault" role="alert">
        {fault}
      </p>
      <div>
        <Button type="submit" kind="main" disabled={isBusy}>
          Start
        </Button>
      </div>
    </form>
  );
}

function printed(plan: FaultPlan): string {
  return JSON.stringify(plan, null, 2);
}

interface ChoiceProps {
  readonly value: string;
  readonly chosen: string;
  readonly about: string;
  readonly onChoose: (value: string) => void;
}

function Choice({value, chosen, about, onChoose}: ChoiceProps) {
  return (
    <label class="fault-choice">
      <input type="radio" name="plan" checked={chosen === value} onChange={() => onChoose(value)} />
      <span>
        {value !== OWN && <strong>{value}</strong>} <span class="faint">{about}</span>
      </span>
    </label>
  );
}

interface ScopeProps {
  readonly changes: Changes;
  readonly onChange: (changes: Changes) => void;
  readonly length: unknown;
}

function Scope({changes, onChange, length}: ScopeProps) {
  const field = (what: keyof Changes, words: string, placeholder: string) => (
    <label class="field grow">
      <span>{words}</span>
      <input
        value={changes[what]}
        placeholder={placeholder}
        spellcheck={false}
        autocapitalize="none"
        onInput={(event) => onChange({...changes, [what]: event.currentTarget.value.trim()})}
      />
    </label>
  );
  return (
    <div class="fault-scope">
      {field('things', 'Things, with * and ?', 'as the plan says')}
      {field('length', 'For how long', typeof length === 'string' ? length : 'as the plan says')}
      {field('seed', 'Seed', '0')}
    </div>
  );
}
