// Which of the kept messages a search shows, newest first, kept up message by message: to go
// through all of them for each that comes would take the page's time.

import type {Message} from './message';
import type {Ring} from './ring';
import {accepts, type Search} from './search';

const SHIFTS_MAX = 1024; // how many that have gone may still lie in front

export class Selection {
  private found: Message[] = []; // oldest first
  private first = 0; // place of the first that is still in the ring
  private wanted: Search = {topic: '', text: ''};

  get size(): number {
    return this.found.length - this.first;
  }

  // The i-th, 0 being the newest.
  at(i: number): Message | undefined {
    const place = this.found.length - 1 - i;
    return place >= this.first ? this.found[place] : undefined;
  }

  oldestFirst(): Message[] {
    return this.found.slice(this.first);
  }

  // Where a message is, as `at` counts; -1: nowhere.
  placeOf(number: number): number {
    for (let i = this.found.length - 1; i >= this.first; i -= 1) {
      if (this.found[i]?.number === number) return this.found.length - 1 - i;
    }
    return -1;
  }

  // To be told of each message after it went into the ring.
  add(message: Message, ring: Ring): void {
    if (accepts(this.wanted, message)) this.found.push(message);
    const oldest = ring.at(0)?.number ?? 0;
    while (this.first < this.found.length && (this.found[this.first] as Message).number < oldest) {
      this.first += 1;
    }
    if (this.first > SHIFTS_MAX) {
      this.found = this.found.slice(this.first);
      this.first = 0;
    }
  }

  search(wanted: Search, messages: Iterable<Message>): void {
    this.wanted = wanted;
    this.found = [];
    this.first = 0;
    for (const message of messages) if (accepts(wanted, message)) this.found.push(message);
  }

  // As it is now, whatever comes.
  copy(): Selection {
    const copy = new Selection();
    copy.found = this.oldestFirst();
    copy.wanted = this.wanted;
    return copy;
  }
}
