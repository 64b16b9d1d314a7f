// The shapes of what shadowd says and hears, one place for each: docs/console-api.md, and for
// history docs/https.md. Times `at` are milliseconds since 1970, others seconds.

import type {Exact} from './json/json';

export type Json = null | boolean | number | Exact | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export type Role = 'viewer' | 'admin';

export interface Session {
  name: string;
  role: Role;
  csrf: string;
  expires: number;
  idleSeconds: number;
}

// Things.

export interface Row {
  thing: string;
  connected?: boolean;
  since?: number;
  lastSeen?: number;
  shadows?: number;
  differing?: number;
  updated?: number;
  registered?: boolean;
}

export type Sort = 'name' | 'updated' | 'lastSeen' | 'differing';

export interface ThingsPage {
  total: number;
  things: Row[];
  next?: string;
}

export interface ShadowSummary {
  name: string;
  version: number;
  updated: number;
  differs: boolean;
  bytes: number;
}

export interface Certificate {
  id: string;
  status: string;
  policies: string[];
}

export interface Policy {
  name: string;
  document: Json;
}

export interface Thing {
  thing: string;
  registered?: boolean;
  connected?: boolean;
  since?: number;
  lastSeen?: number;
  client?: {id: string; address?: string};
  thingType?: string;
  attributes?: Record<string, string>;
  groups?: string[];
  shadows: ShadowSummary[];
  certificates?: Certificate[];
  policies?: Policy[];
}

// A shadow, as AWS has it.

export interface State {
  desired?: JsonObject;
  reported?: JsonObject;
  delta?: JsonObject;
}

// `{"timestamp":…}` at a leaf, and arrays of them for arrays.
export type Metadata = JsonObject;

export interface ShadowDocument {
  state: State;
  metadata?: {desired?: Metadata; reported?: Metadata};
  version: number;
  timestamp: number;
  clientToken?: string;
}

export interface UpdateRequest {
  state: {desired?: JsonObject | null; reported?: JsonObject | null};
  version?: number;
  clientToken?: string;
}

export interface Rejected {
  code: number;
  message: string;
  timestamp?: number;
  clientToken?: string;
}

export interface Delta {
  version: number;
  timestamp: number;
  state: JsonObject;
  metadata?: Metadata;
}

export type Check =
  | {
      code: 200;
      accepted: JsonObject;
      documents: JsonObject;
      delta?: Delta;
      bytes: number;
      bytesMax: number;
    }
  | {code: number; rejected: Rejected; bytesMax: number};

// Policies.

export interface ExplainRequest {
  thing?: string;
  certificate?: string;
  clientId?: string;
  action: string;
  resource: string;
  sourceIp?: string;
}

export interface Statement {
  policy: string;
  statement: number;
  sid: string;
  place: string;
  effect: 'Allow' | 'Deny';
  verdict: 'applies' | 'otherAction' | 'otherResource' | 'conditionFails';
}

export interface Explanation {
  allowed: boolean;
  reason: string;
  action: string;
  resource: string;
  certificateId: string;
  active: boolean;
  clientId: string;
  thing: string | null;
  statements: Statement[];
}

export interface Refusal {
  at: number;
  clientId?: string;
  certificate?: string;
  address?: string;
  thing?: string;
  action: string;
  resource: string;
  reason: string;
}

// Health: a sample is one second.

export interface Sample {
  at: number;
  accepted: number;
  rejected: number;
  failed: number;
  p50us?: number;
  p95us?: number;
  p99us?: number;
  link?: boolean;
  clients?: number;
  windowRequests?: number;
  windowBytes?: number;
  shadows?: number;
  storeBytes?: number;
  diskFreeBytes?: number;
}

export interface Health {
  ready: boolean;
  words: string;
  samples: Sample[];
}

// Faults (docs/faults.md).

export interface FaultRule {
  id: string;
  on: string;
  do: string;
  where?: Record<string, string>;
  matched?: number;
  fired?: number;
  [member: string]: unknown;
}

export interface FaultPlan {
  name: string;
  seed?: number;
  endsInMs?: number;
  rules: FaultRule[];
  [member: string]: unknown;
}

// A plan that can be started as it is.
export interface ReadyFault {
  name: string;
  about: string;
  plan: FaultPlan;
}

// History.

export interface Who {
  way?: string;
  clientId?: string;
  principal?: string;
  address?: string;
}

export interface Change {
  path: (string | number)[];
  old?: Json;
  new?: Json;
}

export interface Entry extends Who {
  change: number;
  kind: 'create' | 'update' | 'delete' | 'import' | 'restore' | 'connected' | 'ended' | 'get';
  version?: number;
  timestamp: number;
  thing: string;
  name?: string;
  lane: 'w' | 'r' | 'e';
  clientToken?: string;
  reason?: string;
  changes?: Change[];
}

// The oldest version of a shadow that is kept.
export interface KeptFrom {
  version: number;
  timestamp: number;
}

export interface HistoryPage {
  entries: Entry[];
  nextToken?: string;
  end?: 'begin' | 'not_kept' | 'damaged';
  kept_from?: KeptFrom;
}

export interface Version {
  version: number;
  timestamp: number;
  document: ShadowDocument | null;
  entry?: Entry;
  reported?: string; // from when on it is kept, where it is not
  connected?: {since?: number; away_since?: number};
}

export interface VersionsDiff {
  from: number;
  to: number;
  changes: Change[];
}

export interface RestoreRequest {
  version: number;
  section?: 'desired' | 'reported' | 'both';
  expect?: number;
  dryRun?: boolean;
}

export interface Restored {
  state?: State;
  delta?: JsonObject;
  version: number;
}

// The trace (docs/admin-socket.md): the way of one request, or what a fault plan did.

export interface TraceRequest {
  taken: string;
  thing: string;
  shadow: string;
  operation: string;
  sequence: number;
  resent: boolean;
  payload_bytes: number;
  group_requests: number;
  code: number;
  handled_us: number;
  committed_us: number;
  answered_us: number;
  way: string;
  client_id: string;
  principal: string;
  address: string;
}

export interface TraceFault {
  fired: string;
  thing: string;
  client: string;
  topic: string;
  way: string;
  faults: string[];
}

export type TraceLine = TraceRequest | TraceFault | {lost: number};

export * from './wire_live';
