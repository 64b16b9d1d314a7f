import {useEffect, useRef, useState} from 'preact/hooks';
import {getThing} from '../../api';
import {Refused} from '../../http';
import {useFollow} from '../../live/live';
import type {Row, Thing} from '../../wire';

const againMs = 1000;

export interface Info {
  thing?: Thing;
  isMissing: boolean; // nothing is known of it
  failed?: string;
  reload: () => void;
}

// What is known of one thing. Its row of the list is followed, and tells when to ask anew.
export function useInfo(name: string): Info {
  const [thing, setThing] = useState<Thing | undefined>(undefined);
  const [isMissing, setMissing] = useState(false);
  const [failed, setFailed] = useState<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const current = useRef(name);

  const load = async () => {
    timer.current = undefined;
    try {
      const got = await getThing(name);
      if (current.current !== name) return;
      setThing(got);
      setMissing(false);
      setFailed(undefined);
    } catch (error) {
      if (current.current !== name) return;
      if (error instanceof Refused && error.status === 404) {
        setThing(undefined);
        setMissing(true);
      } else {
        setFailed(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const soon = () => (timer.current ??= setTimeout(() => void load(), againMs));
  useEffect(() => {
    current.current = name;
    setThing(undefined);
    setMissing(false);
    void load();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [name]);

  const seen = useRef<Row | undefined>(undefined);
  useFollow(
    {what: 'things', q: `thingName:${name}`, sort: 'name', from: 0, to: 1},
    {
      frame: ({rows: [row], moved, total}) => {
        if (row?.thing === name) {
          const before = seen.current;
          seen.current = row;
          setThing((old) => old && {...old, ...livingOf(row)});
          if (before && (before.updated !== row.updated || before.connected !== row.connected))
            soon();
        } else if (moved || total === 0) {
          soon();
        }
      },
    },
  );
  return {thing, isMissing, failed, reload: () => void load()};
}

const livingOf = ({connected, since, lastSeen}: Row) => ({connected, since, lastSeen});
