// The latest messages, within bounds of number and memory: the oldest go, and are counted.

import {cost, type Message} from './message';

export const MESSAGES_MAX = 5000;
export const BYTES_MAX = 16 * 1024 * 1024;

export class Ring {
  private readonly places: (Message | undefined)[];
  private first = 0; // place of the oldest
  private kept = 0;
  private weight = 0;
  private left = 0;

  constructor(
    private readonly messagesMax = MESSAGES_MAX,
    private readonly bytesMax = BYTES_MAX,
  ) {
    this.places = new Array<Message | undefined>(messagesMax);
  }

  get size(): number {
    return this.kept;
  }

  get bytes(): number {
    return this.weight;
  }

  // How many have gone to make room.
  get gone(): number {
    return this.left;
  }

  // The newest always stays, also if it alone is heavier than the bound.
  push(message: Message): void {
    if (this.kept === this.messagesMax) this.shift();
    this.places[(this.first + this.kept) % this.messagesMax] = message;
    this.kept += 1;
    this.weight += cost(message);
    while (this.weight > this.bytesMax && this.kept > 1) this.shift();
  }

  // The i-th, 0 being the oldest.
  at(i: number): Message | undefined {
    if (i < 0 || i >= this.kept) return undefined;
    return this.places[(this.first + i) % this.messagesMax];
  }

  // Oldest first.
  *[Symbol.iterator](): Generator<Message> {
    for (let i = 0; i < this.kept; i += 1) yield this.at(i) as Message;
  }

  // The one with this number, if it is still there.
  find(number: number): Message | undefined {
    let low = 0;
    let high = this.kept - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const message = this.at(middle) as Message;
      if (message.number === number) return message;
      if (message.number < number) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  // The latest one of the same topic before this one, if it is still there.
  before(message: Message): Message | undefined {
    for (let i = this.kept - 1; i >= 0; i -= 1) {
      const other = this.at(i) as Message;
      if (other.number < message.number && other.topic === message.topic) return other;
    }
    return undefined;
  }

  clear(): void {
    this.places.fill(undefined);
    this.first = 0;
    this.kept = 0;
    this.weight = 0;
    this.left = 0;
  }

  private shift(): void {
    this.weight -= cost(this.places[this.first] as Message);
    this.places[this.first] = undefined;
    this.first = (this.first + 1) % this.messagesMax;
    this.kept -= 1;
    this.left += 1;
  }
}
