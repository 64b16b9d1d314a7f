// The fault plans in force, and what starts and stops them.

import {hello} from '../../live/live';
import {isAdmin} from '../../session';
import {Empty} from '../../ui/empty';
import {faultsFrame, plansInForce} from './in_force';
import {RunningPlan, StopAll} from './running_plan';
import {StartPlan} from './start_plan';

export function Faults() {
  const isOn = hello.value?.bench;
  if (isOn === undefined) return null;
  return (
    <div class="page faults">
      <header class="page-head">
        <h1>Faults</h1>
        {isAdmin.value && plansInForce.value.length > 0 && <StopAll />}
      </header>
      {isOn ? <Bench /> : <Off />}
    </div>
  );
}

function Bench() {
  const plans = plansInForce.value;
  return (
    <>
      <section class="fault-plans" aria-label="In force">
        {plans.map((plan) => (
          <RunningPlan key={plan.name} plan={plan} />
        ))}
        {plans.length === 0 && faultsFrame.value && <p class="faint">No plan is in force.</p>}
      </section>
      {isAdmin.value ? (
        <StartPlan />
      ) : (
        <p class="faint">Plans are started and stopped by an admin.</p>
      )}
    </>
  );
}

function Off() {
  return (
    <Empty
      title="This is no test bench"
      command={['plugin_opt_faults true', 'shadowd --faults=true …']}
    >
      <p>
        Here things can go wrong on purpose, so that one sees how devices bear it. It is off unless
        both are told, the plugin in mosquitto.conf and shadowd, and never where real devices are:
      </p>
    </Empty>
  );
}
