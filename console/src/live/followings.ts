// What this page follows over its WebSocket, and the frames both ways. Does no I/O: it is given
// what came and told when the way is open, and hands out what is to be sent.
import {parseJson} from '../json/json';
import type {Follow, FollowOf, Frames, Hello, PageFrame, Publish} from '../wire';

export interface Heard<F> {
  frame(frame: F): void;
  // It was refused, or is over. It is asked for again when the way is open anew.
  error?(words: string): void;
  // So many were left out here.
  lost?(count: number): void;
  // It is followed again after the way was lost: what came meanwhile is not known.
  again?(): void;
}

interface Followed {
  follow: Follow;
  heard: Heard<never>;
  asked: boolean;
}

interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

interface Received {
  id?: number;
  hello?: Hello;
  error?: string;
  lost?: number;
  done?: boolean;
}

export class Followings {
  private readonly followed = new Map<number, Followed>();
  private readonly waiting = new Map<number, Waiting>();
  private isOpen = false;
  private lastId = 0;

  constructor(private readonly send: (frame: PageFrame) => void) {}

  follow<W extends keyof Frames>(follow: FollowOf<W>, heard: Heard<Frames[W]>): number {
    const id = ++this.lastId;
    this.followed.set(id, {follow, heard, asked: this.isOpen});
    if (this.isOpen) this.send({id, do: 'follow', ...follow});
    return id;
  }

  // Takes the place of what is followed with this id.
  change(id: number, follow: Follow): void {
    const followed = this.followed.get(id);
    if (!followed) return;
    followed.follow = follow;
    followed.asked ||= this.isOpen;
    if (this.isOpen) this.send({id, do: 'follow', ...follow});
  }

  leave(id: number): void {
    if (this.followed.delete(id) && this.isOpen) this.send({id, do: 'leave'});
  }

  // Done when the broker has it.
  publish(message: Publish): Promise<void> {
    if (!this.isOpen) return Promise.reject(new Error('not connected'));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, {resolve, reject});
      this.send({id, do: 'publish', ...message});
    });
  }

  // The hello was answered.
  opened(): void {
    this.isOpen = true;
    for (const [id, followed] of this.followed) {
      if (followed.asked) followed.heard.again?.();
      followed.asked = true;
      this.send({id, do: 'follow', ...followed.follow});
    }
  }

  closed(): void {
    this.isOpen = false;
    for (const {reject} of this.waiting.values())
      reject(new Error('the connection was lost: whether it was published is not known'));
    this.waiting.clear();
  }

  // A frame of the server. Gives the hello, if it is that. What has been left meanwhile is dropped.
  received(text: string): Hello | undefined {
    const frame = JSON.parse(text) as Received;
    if (frame.hello) return frame.hello;
    if (frame.id === undefined) return undefined;
    const waiting = this.waiting.get(frame.id);
    if (waiting) {
      this.waiting.delete(frame.id);
      if (frame.error === undefined) waiting.resolve();
      else waiting.reject(new Error(frame.error));
      return undefined;
    }
    const followed = this.followed.get(frame.id);
    if (!followed) return undefined;
    const {follow, heard} = followed;
    if (frame.error !== undefined) heard.error?.(frame.error);
    else if (frame.lost !== undefined) heard.lost?.(frame.lost);
    else heard.frame((follow.what === 'shadow' ? parseJson(text) : frame) as never);
    return undefined;
  }
}

// How long to wait before the try number `tries` (from 0), in ms; `chance` is 0 to 1.
export function backoffMs(tries: number, chance: number): number {
  return Math.min(15_000, 500 * 2 ** tries) * (0.75 + 0.5 * chance);
}
