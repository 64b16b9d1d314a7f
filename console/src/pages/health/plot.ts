// One chart on the screen. This file alone knows uPlot, and is loaded when a chart is first shown.

import UPlot from 'uplot';

import type {ChartPlan, Tone} from './charts';
import {type Column, WINDOW_SECONDS} from './window';

const HEIGHT = 140; // px
const POWERS = Array.from({length: 50}, (_, i) => 2 ** i);
const TONES: Record<Tone, string> = {
  good: '--good',
  warn: '--warn',
  bad: '--bad',
  accent: '--accent',
  strong: '--ink',
};

export interface Plot {
  show(columns: Column[]): void;
  // The colours of the page have changed.
  recolour(): void;
  end(): void;
}

// As wide as `place`, whatever that becomes.
export function plot(place: HTMLElement, plan: ChartPlan, columns: Column[]): Plot {
  const colour = (name: string): string => resolved(place, name);
  const axis = {
    stroke: () => colour('--ink-2'),
    grid: {stroke: () => colour('--line'), width: 1},
    ticks: {show: false},
    font: '12px system-ui, sans-serif',
  };
  const chart = new UPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: {show: false},
      cursor: {show: false},
      padding: [8, 8, 0, 0],
      scales: {
        x: {range: (_chart, _least, most) => [most - WINDOW_SECONDS, most]},
        y: {range: (_chart, _least, most) => [0, Math.max(most * 1.1, plan.mostAtLeast ?? 1)]},
      },
      axes: [
        {...axis, size: 24, values: (_chart, ticks) => ticks.map(minuteText)},
        {
          ...axis,
          size: 72,
          values: (_chart, ticks) => ticks.map(plan.unit),
          ...(plan.isBinary ? {incrs: POWERS} : {}),
        },
      ],
      series: [
        {},
        ...plan.lines.map(({words, tone, dash}) => ({
          label: words,
          stroke: () => colour(TONES[tone]),
          width: 1.5,
          points: {show: false},
          ...(dash ? {dash} : {}),
        })),
      ],
    },
    columns as UPlot.AlignedData,
    place,
  );
  const observer = new ResizeObserver(() => {
    if (place.clientWidth > 0) chart.setSize({width: place.clientWidth, height: HEIGHT});
  });
  observer.observe(place);
  return {
    show: (more) => chart.setData(more as UPlot.AlignedData),
    recolour: () => chart.redraw(false, true),
    end: () => {
      observer.disconnect();
      chart.destroy();
    },
  };
}

function minuteText(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${at.getHours()}:${String(at.getMinutes()).padStart(2, '0')}`;
}

// A canvas knows no custom properties: the colour as the page has it by now.
function resolved(place: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  place.append(probe);
  const {color} = getComputedStyle(probe);
  probe.remove();
  return color;
}
