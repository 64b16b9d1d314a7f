// What this page follows of MQTT, and what of it is kept. It lives as long as the tab: going to
// another page and back loses nothing.

import {type Signal, signal} from '@preact/signals';

import type {Message as WireMessage} from '../../wire';
import type {Message} from './message';
import {Ring} from './ring';
import {isEmpty, type Search} from './search';
import {Selection} from './selection';
import {TopicTree} from './topics';
import {filterFault} from './wildcard';

export const FILTERS_MAX = 20; // as the server has it

// Called as things come of one filter.
export interface Listener {
  messages(messages: readonly WireMessage[]): void;
  lost(count: number): void;
  // It is refused, or over, for now: it is asked for again when the connection comes back.
  refused(why: string): void;
  // The connection or the broker was away: what came meanwhile is not known.
  again(): void;
}

// Follows a filter; what it gives ends that.
export type Follow = (filter: string, qos: 0 | 1, listener: Listener) => () => void;

export interface Filter {
  readonly place: number; // 0 to FILTERS_MAX - 1: its colour
  readonly text: string;
  readonly qos: 0 | 1;
  came: number; // messages
  lost: number; // messages that the server left out
  gaps: number; // how often the connection was away
  refusal: string | null;
  leave: (() => void) | null; // null: it is not followed
}

export class Traffic {
  // Goes up whenever there is something new to show: at most once a frame of the screen.
  readonly changed: Signal<number> = signal(0);
  readonly ring = new Ring();
  readonly tree = new TopicTree();
  readonly filters: Filter[] = [];
  readonly selection = new Selection();
  isPaused = false;
  search: Search = {topic: '', text: ''};

  private frozen: Selection | null = null; // what is shown while it is paused
  private arrived = 0;
  private arrivedAtPause = 0;
  private isTold = false;

  // `soon` runs what it is given before the screen is drawn next.
  constructor(
    private readonly follow: Follow,
    private readonly soon: (run: () => void) => void,
  ) {}

  // All that have come since it was cleared, and what was left out.
  get came(): number {
    return this.filters.reduce((sum, filter) => sum + filter.came, 0);
  }

  get lost(): number {
    return this.filters.reduce((sum, filter) => sum + filter.lost, 0);
  }

  get isFollowing(): boolean {
    return this.filters.some(isFollowed);
  }

  // What the list shows.
  get shown(): Selection {
    return this.frozen ?? this.selection;
  }

  // How many have come since the pause began.
  get behind(): number {
    return this.isPaused ? this.arrived - this.arrivedAtPause : 0;
  }

  // What is wrong with it, in words; null: it is followed.
  add(text: string, qos: 0 | 1): string | null {
    const fault = filterFault(text);
    if (fault !== null) return fault;
    if (this.filters.some((filter) => filter.text === text)) return `${text} is there already`;
    if (this.filters.length >= FILTERS_MAX) return `At most ${FILTERS_MAX} filters at a time`;
    const taken = new Set(this.filters.map(({place}) => place));
    let place = 0;
    while (taken.has(place)) place += 1;
    const filter: Filter = {
      place,
      text,
      qos,
      came: 0,
      lost: 0,
      gaps: 0,
      refusal: null,
      leave: null,
    };
    this.filters.push(filter);
    this.begin(filter);
    this.tell();
    return null;
  }

  // The messages that came by it stay.
  remove(filter: Filter): void {
    filter.leave?.();
    this.filters.splice(this.filters.indexOf(filter), 1);
    this.tell();
  }

  // Follows none of them any more, and forgets none.
  stop(): void {
    for (const filter of this.filters) {
      filter.leave?.();
      filter.leave = null;
    }
    this.tell();
  }

  start(): void {
    for (const filter of this.filters) if (filter.leave === null) this.begin(filter);
    this.tell();
  }

  // What is shown stands still; what comes is kept and counted all the same.
  pause(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.frozen = isPaused ? this.selection.copy() : null;
    this.arrivedAtPause = this.arrived;
    this.tell();
  }

  find(search: Search): void {
    this.search = search;
    this.selection.search(search, this.ring);
    if (this.isPaused) this.frozen = this.selection.copy();
    this.tell();
  }

  clear(): void {
    this.ring.clear();
    this.tree.clear();
    for (const filter of this.filters) [filter.came, filter.lost, filter.gaps] = [0, 0, 0];
    this.find(this.search);
    this.pause(this.isPaused);
  }

  get isSearching(): boolean {
    return !isEmpty(this.search);
  }

  get gaps(): number {
    return this.filters.reduce((most, filter) => Math.max(most, filter.gaps), 0);
  }

  private begin(filter: Filter): void {
    filter.refusal = null;
    filter.leave = this.follow(filter.text, filter.qos, {
      messages: (messages) => {
        filter.came += messages.length;
        filter.refusal = null;
        for (const message of messages) this.keep(message, filter.place);
        this.tell();
      },
      lost: (count) => {
        filter.lost += count;
        this.tell();
      },
      refused: (why) => {
        filter.refusal = why;
        this.tell();
      },
      again: () => {
        filter.refusal = null;
        filter.gaps += 1;
        this.tell();
      },
    });
  }

  private keep(wire: WireMessage, filter: number): void {
    this.arrived += 1;
    const {payload, payload64, truncated, userProperties, ...told} = wire;
    const message: Message = {
      ...told,
      number: this.arrived,
      filter,
      payload: payload ?? payload64 ?? '',
      isBase64: payload === undefined && payload64 !== undefined,
      isTruncated: truncated === true,
      ...(userProperties === undefined ? {} : {userProperties}),
    };
    this.ring.push(message);
    this.tree.touch(message.topic, message.number);
    this.selection.add(message, this.ring);
  }

  private tell(): void {
    if (this.isTold) return;
    this.isTold = true;
    this.soon(() => {
      this.isTold = false;
      this.changed.value += 1;
    });
  }
}

export function isFollowed(filter: Filter): boolean {
  return filter.leave !== null && filter.refusal === null;
}
