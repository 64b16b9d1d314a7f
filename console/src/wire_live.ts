// The shapes of live frames, one place for each: docs/console-api.md, live. Times `at` are
// milliseconds since 1970, others seconds.
import type {FaultPlan, Refusal, Role, Row, Sample, ShadowDocument, TraceLine, Who} from './wire';

// MQTT.

export interface Message {
  at: number;
  topic: string;
  qos: 0 | 1 | 2;
  retain: boolean;
  size: number;
  payload?: string;
  payload64?: string;
  truncated?: boolean;
  contentType?: string;
  responseTopic?: string;
  userProperties?: unknown;
}

// Live: what the page follows, and what comes back.

export type Follow =
  | {what: 'things'; q: string; sort: string; from: number; to: number; anew?: boolean}
  | {what: 'shadow'; thing: string; name: string}
  | {what: 'trace'; thing: string}
  | {what: 'mqtt'; filter: string; qos: 0 | 1}
  | {what: 'faults'}
  | {what: 'health'}
  | {what: 'refusals'};

export type FollowOf<W extends Follow['what']> = Extract<Follow, {what: W}>;

export interface Publish {
  topic: string;
  payload?: string;
  payload64?: string;
  qos: 0 | 1;
  retain: boolean;
}

export type PageFrame =
  | {do: 'hello'; csrf: string}
  | ({id: number; do: 'follow'} & Follow)
  | {id: number; do: 'leave'}
  | ({id: number; do: 'publish'} & Publish);

export interface Hello {
  name: string;
  role: Role;
  version: string;
  bench: boolean;
  bytesMax: number;
  at: number;
}

export interface ThingsFrame {
  at: number;
  rows: Row[];
  from?: number;
  total?: number;
  connected?: number;
  differing?: number;
  moved?: number;
}
export interface ShadowFrame {
  at: number;
  document: ShadowDocument | null;
  by?: Who;
  skipped?: number;
}
export interface TraceFrame {
  at: number;
  line: TraceLine;
}
export interface MqttFrame {
  messages?: Message[];
  back?: boolean; // the broker was away: what came meanwhile is not known
}
export interface FaultsFrame {
  at: number;
  bench: boolean;
  plans: FaultPlan[];
}
export interface HealthFrame {
  at: number;
  ready?: boolean;
  words?: string;
  samples: Sample[];
}
export interface RefusalsFrame {
  at: number;
  refusals: Refusal[];
}

// What is followed, and the frames that it brings.
export interface Frames {
  things: ThingsFrame;
  shadow: ShadowFrame;
  trace: TraceFrame;
  mqtt: MqttFrame;
  faults: FaultsFrame;
  health: HealthFrame;
  refusals: RefusalsFrame;
}
