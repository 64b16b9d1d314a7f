// This tab's traffic. It goes on while one is at another page, and ends with the session.

import {effect} from '@preact/signals';

import {live} from '../../live/live';
import {session} from '../../session';
import {type Follow, Traffic} from './traffic';

const follow: Follow = (filter, qos, listener) => {
  const id = live.follow(
    {what: 'mqtt', filter, qos},
    {
      frame: ({messages, back}) => {
        if (back) listener.again();
        if (messages) listener.messages(messages);
      },
      lost: (count) => listener.lost(count),
      error: (why) => listener.refused(why),
      again: () => listener.again(),
    },
  );
  return () => live.leave(id);
};

export const traffic = new Traffic(follow, (run) => requestAnimationFrame(run));

// For who shows it: renders again when there is something new, at most once a frame of the screen.
export function useTraffic(): Traffic {
  void traffic.changed.value;
  return traffic;
}

effect(() => {
  if (session.value !== undefined) return;
  for (const filter of [...traffic.filters]) traffic.remove(filter);
  traffic.clear();
});
