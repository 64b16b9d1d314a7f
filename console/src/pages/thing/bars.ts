// The way of requests as bars: how long each step took, against one scale for all. Pure.
import type {TraceRequest} from '../../wire';

export interface Segment {
  step: 'handled' | 'committed' | 'answered';
  us: number; // how long this step took
  share: number; // of the scale, 0 to 1
}

// 1, 2 or 5 times a power of ten, no less than `us`: so that the scale moves seldom.
export function scaleOf(us: number): number {
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, us)));
  return [1, 2, 5, 10].map((times) => times * ten).find((scale) => scale >= us) ?? 10 * ten;
}

export function segmentsOf(line: TraceRequest, scale: number): Segment[] {
  let before = 0;
  return (['handled', 'committed', 'answered'] as const).map((step) => {
    const at = Math.max(before, line[`${step}_us`]);
    const us = at - before;
    before = at;
    return {step, us, share: Math.min(1, us / scale)};
  });
}
