// The one WebSocket of this page: opened while somebody is logged in, opened again when it is lost.
import {effect, signal, untracked} from '@preact/signals';
import {useEffect, useRef} from 'preact/hooks';
import {checkSession, session} from '../session';
import {setClock} from '../clock';
import type {Follow, FollowOf, Frames, Hello, PageFrame, Publish} from '../wire';
import {backoffMs, Followings, type Heard} from './followings';

const closedForGood = 4401;

export type Way = 'off' | 'connecting' | 'open' | 'lost';

export const way = signal<Way>('off');
export const hello = signal<Hello | undefined>(undefined);

let socket: WebSocket | undefined;
let tries = 0;
let again: ReturnType<typeof setTimeout> | undefined;

const followings = new Followings((frame: PageFrame) => socket?.send(JSON.stringify(frame)));

function liveAddress(): string {
  const url = new URL('../_shadow/v1/live', document.baseURI);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function lose(code: number): void {
  socket = undefined;
  followings.closed();
  if (!session.value) {
    way.value = 'off';
    return;
  }
  way.value = 'lost';
  if (code === closedForGood) void checkSession();
  again = setTimeout(open, backoffMs(tries++, Math.random()));
}

function open(): void {
  clearTimeout(again);
  const csrf = session.value?.csrf;
  if (socket || !csrf) return;
  if (way.value !== 'lost') way.value = 'connecting';
  const mine = new WebSocket(liveAddress());
  socket = mine;
  mine.onopen = () => mine.send(JSON.stringify({do: 'hello', csrf} satisfies PageFrame));
  mine.onmessage = ({data}) => {
    const got = followings.received(String(data));
    if (!got) return;
    tries = 0;
    setClock(got.at);
    hello.value = got;
    way.value = 'open';
    followings.opened();
  };
  mine.onclose = ({code}) => {
    if (socket === mine) lose(code);
  };
}

function openSoon(): void {
  if (way.value !== 'lost' || socket) return;
  tries = 0;
  open();
}

function close(): void {
  clearTimeout(again);
  tries = 0;
  const old = socket;
  socket = undefined;
  followings.closed();
  old?.close();
  way.value = 'off';
  hello.value = undefined;
}

export function startLive(): void {
  effect(() => {
    const isIn = session.value !== undefined;
    untracked(isIn ? open : close);
  });
  addEventListener('online', openSoon);
  document.addEventListener(
    'visibilitychange',
    () => document.visibilityState === 'visible' && openSoon(),
  );
}

// For who lives shorter than a component or longer. Each follow() wants its leave().
export const live = {
  follow: <W extends keyof Frames>(follow: FollowOf<W>, heard: Heard<Frames[W]>): number =>
    followings.follow(follow, heard),
  change: (id: number, follow: Follow): void => followings.change(id, follow),
  leave: (id: number): void => followings.leave(id),
  publish: (message: Publish): Promise<void> => followings.publish(message),
};

// Follows while the component is there; another `follow` takes the place of the one before, under
// the same id. What is heard goes to the `heard` of the latest rendering.
export function useFollow<W extends keyof Frames>(
  follow: FollowOf<W> | undefined,
  heard: Heard<Frames[W]>,
): void {
  const latest = useRef(heard);
  latest.current = heard;
  const id = useRef<number | undefined>(undefined);
  const key = JSON.stringify(follow);
  useEffect(() => {
    if (!follow) {
      if (id.current !== undefined) live.leave(id.current);
      id.current = undefined;
    } else if (id.current === undefined) {
      id.current = live.follow(follow, {
        frame: (frame) => latest.current.frame(frame),
        error: (words) => latest.current.error?.(words),
        lost: (count) => latest.current.lost?.(count),
        again: () => latest.current.again?.(),
      });
    } else {
      live.change(id.current, follow);
    }
  }, [key]);
  useEffect(
    () => () => {
      if (id.current !== undefined) live.leave(id.current);
    },
    [],
  );
}
