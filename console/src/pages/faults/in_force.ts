// The fault plans in force, for the banner and the page. The banner follows them, and is on every
// page.

import {computed, signal} from '@preact/signals';

import {now} from '../../clock';
import type {FaultPlan, FaultsFrame} from '../../wire';

// Undefined: it is not known yet.
export const faultsFrame = signal<FaultsFrame | undefined>(undefined);

export const plansInForce = computed<readonly FaultPlan[]>(() => faultsFrame.value?.plans ?? []);

// How long a plan has still to go, in ms, by now.
export function leftMs(plan: FaultPlan): number {
  const {at = 0} = faultsFrame.value ?? {};
  return Math.max(0, at + (plan.endsInMs ?? 0) - now.value);
}
