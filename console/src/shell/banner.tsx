// What every page has at its top while something holds that one should not forget: that the
// connection is lost, and that things go wrong on purpose.
import {useState} from 'preact/hooks';
import {stopFaults} from '../api';
import {hello, useFollow, way} from '../live/live';
import {faultsFrame, leftMs, plansInForce} from '../pages/faults/in_force';
import {formatRoute, route} from '../router';
import {isAdmin} from '../session';
import {Button} from '../ui/button';
import {notice} from '../ui/notice';
import {duration} from '../words';

export function Banner() {
  return (
    <>
      <ConnectionBanner />
      <FaultsBanner />
    </>
  );
}

function ConnectionBanner() {
  if (way.value !== 'lost') return null;
  const words = hello.value
    ? 'The connection to shadowd is lost. What is shown is as it was; it is being tried again.'
    : 'shadowd cannot be reached. It is being tried again.';
  return (
    <div class="banner bad" role="status">
      {words}
    </div>
  );
}

function FaultsBanner() {
  const [isBusy, setBusy] = useState(false);
  useFollow(hello.value?.bench ? {what: 'faults'} : undefined, {
    frame: (frame) => {
      faultsFrame.value = frame;
    },
  });
  const plans = plansInForce.value;
  if (plans.length === 0) return null;
  const stopAll = async (): Promise<void> => {
    setBusy(true);
    try {
      await stopFaults();
    } catch (error) {
      notice((error as Error).message, 'bad');
    }
    setBusy(false);
  };
  return (
    <section class="banner" aria-label="Faults on purpose">
      <strong>Things go wrong on purpose:</strong>
      <ul class="banner-plans">
        {plans.map((plan) => (
          <li key={plan.name}>
            {plan.name} <span class="number">({duration(leftMs(plan))} left)</span>
          </li>
        ))}
      </ul>
      {route.value.page !== 'faults' && <a href={formatRoute('faults')}>Show</a>}
      {isAdmin.value && route.value.page !== 'faults' && (
        <Button disabled={isBusy} onClick={() => void stopAll()}>
          Stop all
        </Button>
      )}
    </section>
  );
}
