import {useState} from 'preact/hooks';

import {stopFaults} from '../../api';
import {isAdmin} from '../../session';
import {Button} from '../../ui/button';
import {notice} from '../../ui/notice';
import type {FaultPlan} from '../../wire';
import {count, duration, many} from '../../words';
import {leftMs} from './in_force';
import {hits, ruleWords} from './plan';

// A plan in force: what is left of it, and how often each rule fired.
export function RunningPlan({plan}: {plan: FaultPlan}) {
  return (
    <article class="fault-plan" aria-label={plan.name}>
      <header class="fault-plan-head">
        <h2>{plan.name}</h2>
        <span class="number">{duration(leftMs(plan))} left</span>
        <span class="number">{count(hits(plan), 'hit')}</span>
        {plan.seed !== undefined && <span class="faint number">seed {plan.seed}</span>}
        {isAdmin.value && <Stop label={`Stop ${plan.name}`} words="Stop" plan={plan.name} />}
      </header>
      <div class="fault-rules" tabIndex={0} role="region" aria-label={`Rules of ${plan.name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">What it does</th>
              <th scope="col">Matched</th>
              <th scope="col">Fired</th>
            </tr>
          </thead>
          <tbody>
            {plan.rules.map((rule) => (
              <tr key={rule.id}>
                <th scope="row">{rule.id}</th>
                <td>{ruleWords(rule)}</td>
                <td class="number">{many(rule.matched ?? 0)}</td>
                <td class="number">{many(rule.fired ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </article>
  );
}

export function StopAll() {
  return <Stop words="Stop all" />;
}

function Stop({plan, words, label}: {plan?: string; words: string; label?: string}) {
  const [isBusy, setBusy] = useState(false);
  const stop = async (): Promise<void> => {
    setBusy(true);
    try {
      const {stopped} = await stopFaults(plan);
      notice(stopped.length === 0 ? 'Nothing was in force' : `Stopped ${stopped.join(', ')}`);
    } catch (error) {
      notice((error as Error).message, 'bad');
    }
    setBusy(false);
  };
  return (
    <Button kind="danger" label={label} disabled={isBusy} onClick={() => void stop()}>
      {words}
    </Button>
  );
}
