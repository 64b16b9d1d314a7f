// Fault plans as this page changes and words them; what they may be is docs/faults.md.

import type {FaultPlan, FaultRule} from '../../wire';

export interface Changes {
  readonly things: string; // a name with * and ?; empty: as the plan says
  readonly length: string; // such as 5m; empty: as the plan says
  readonly seed: string; // a number; empty: as the plan says
}

// Throws what is wrong, in words.
export function changed(plan: FaultPlan, changes: Changes): FaultPlan {
  const {things, length, seed} = changes;
  const made: FaultPlan = {...plan};
  if (things !== '') made.rules = plan.rules.map((rule) => narrowed(rule, things));
  if (length !== '') {
    if (!/^[1-9]\d*(ms|s|m|h)$/.test(length)) {
      throw new Error(`"${length}" is no time: a whole number and ms, s, m or h, such as 5m`);
    }
    made.for = length;
  }
  if (seed !== '') {
    if (!/^\d{1,16}$/.test(seed) || BigInt(seed) > 2n ** 53n) {
      throw new Error(`"${seed}" is no seed: a whole number up to 2^53`);
    }
    made.seed = Number(seed);
  }
  return made;
}

function narrowed(rule: FaultRule, things: string): FaultRule {
  const own = rule.where?.thing;
  if (own !== undefined && !isWithin(things, own)) {
    throw new Error(`Rule "${rule.id}" is about ${own}, and ${things} is none of it`);
  }
  return {...rule, where: {...rule.where, thing: things}};
}

// Whether all that `narrow` stands for is also what `wide` stands for, as far as that is plain.
function isWithin(narrow: string, wide: string): boolean {
  if (narrow === wide || wide === '*') return true;
  return !/[*?]/.test(narrow) && globMatches(wide, narrow);
}

export function globMatches(glob: string, name: string): boolean {
  const parts = [...glob].map((one) => {
    if (one === '*') return '.*';
    return one === '?' ? '.' : one.replace(/[\\^$.|+()[\]{}]/, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`, 's').test(name);
}

// A pasted plan. Throws what is wrong; what a plan may say only the server knows.
export function parsedPlan(text: string): FaultPlan {
  let plan: unknown;
  try {
    plan = JSON.parse(text);
  } catch (error) {
    throw new Error(`It is no JSON: ${(error as Error).message}`);
  }
  if (typeof plan !== 'object' || plan === null || Array.isArray(plan)) {
    throw new Error('A plan is a JSON object');
  }
  if (!Array.isArray((plan as FaultPlan).rules)) throw new Error('A plan has "rules"');
  return plan as FaultPlan;
}

// Such as "answer drop, update/delta of lift-*".
export function ruleWords(rule: FaultRule): string {
  const {thing, ...where} = rule.where ?? {};
  const rest = Object.entries(where).map(([what, value]) => `${what} ${value || '(classic)'}`);
  return [
    `${rule.on} ${rule.do.replaceAll('_', ' ')}`,
    ...(thing === undefined ? [] : [`of ${thing}`]),
    ...rest,
  ].join(', ');
}

export function hits(plan: FaultPlan): number {
  return plan.rules.reduce((sum, rule) => sum + (rule.fired ?? 0), 0);
}
