// What the health page draws: each chart's lines, what they mean and in which unit.

import type {Sample} from '../../wire';
import {bytes, many, micros} from '../../words';
import type {Reading} from './window';

export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'strong';

export interface Line {
  readonly words: string;
  readonly tone: Tone; // its colour
  readonly dash?: number[]; // so that it is known without its colour
  readonly read: Reading;
}

export interface ChartPlan {
  readonly key: string;
  readonly title: string;
  readonly unit: (value: number) => string;
  readonly lines: readonly Line[];
  readonly mostAtLeast?: number; // how far its axis goes at least
  readonly isBinary?: boolean; // its axis counts in powers of two
}

const whole = (value: number): string => many(Math.round(value));
const rate = (value: number): string => `${whole(value)}/s`;

export const CHARTS: readonly ChartPlan[] = [
  {
    key: 'requests',
    title: 'Requests',
    unit: rate,
    mostAtLeast: 5,
    lines: [
      {words: 'accepted', tone: 'good', read: ({accepted}: Sample) => accepted},
      {words: 'rejected', tone: 'warn', dash: [6, 3], read: ({rejected}: Sample) => rejected},
      {words: 'failed', tone: 'bad', dash: [2, 2], read: ({failed}: Sample) => failed},
    ],
  },
  {
    key: 'latency',
    title: 'Time to answer',
    unit: micros,
    lines: [
      {words: 'half within', tone: 'good', read: ({p50us}: Sample) => p50us},
      {words: '95 % within', tone: 'accent', dash: [6, 3], read: ({p95us}: Sample) => p95us},
      {words: '99 % within', tone: 'strong', dash: [2, 2], read: ({p99us}: Sample) => p99us},
    ],
  },
  {
    key: 'clients',
    title: 'Clients',
    unit: whole,
    mostAtLeast: 5,
    lines: [{words: 'connected', tone: 'accent', read: ({clients}: Sample) => clients}],
  },
  {
    key: 'window',
    title: 'Requests held by the broker',
    unit: whole,
    mostAtLeast: 5,
    lines: [
      {
        words: 'not answered yet',
        tone: 'accent',
        read: ({windowRequests}: Sample) => windowRequests,
      },
    ],
  },
  {
    key: 'shadows',
    title: 'Shadows',
    unit: whole,
    mostAtLeast: 5,
    lines: [{words: 'stored', tone: 'accent', read: ({shadows}: Sample) => shadows}],
  },
  {
    key: 'store',
    title: 'Store',
    unit: bytes,
    isBinary: true,
    lines: [{words: 'on the disk', tone: 'accent', read: ({storeBytes}: Sample) => storeBytes}],
  },
  {
    key: 'disk',
    title: 'Disk',
    unit: bytes,
    isBinary: true,
    lines: [{words: 'free', tone: 'accent', read: ({diskFreeBytes}: Sample) => diskFreeBytes}],
  },
];
