import {useEffect, useRef, useState} from 'preact/hooks';
import {getHistory} from '../../api';
import {Refused} from '../../http';
import {useFollow} from '../../live/live';
import type {Entry, HistoryPage} from '../../wire';
import {newer} from './entries';

const pageEntries = 60;
const againMs = 500;

export interface Past {
  entries: Entry[]; // newest first
  current?: number; // the version of now
  end?: HistoryPage['end'];
  keptFrom?: number; // the oldest version that is kept
  isNone: boolean; // there is no shadow and never was one that is kept
  failed: string;
  more?: () => void; // loads older ones, if there are any
}

// The history of one shadow, page by page, kept up at its new end.
export function useHistory(thing: string, name: string): Past {
  const [entries, setEntries] = useState<Entry[]>([]);
  const held = useRef<Entry[]>([]);
  const [page, setPage] = useState<HistoryPage | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const [isNone, setNone] = useState(false);
  const [current, setCurrent] = useState<number | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // `put`: what the list becomes with a page. One that begins anew goes on where the page ends.
  const load = async (after: string | undefined, put: (page: Entry[]) => Entry[]) => {
    try {
      const got = await getHistory(thing, name, {after, limit: pageEntries});
      const next = put(got.entries);
      if (after !== undefined || next === got.entries) setPage(got);
      held.current = next;
      setEntries(next);
      setNone(next.length === 0);
      setFailed('');
    } catch (error) {
      setNone(error instanceof Refused && error.status === 404);
      setFailed(error instanceof Error ? error.message : String(error));
    }
  };
  const older = (after: string) => load(after, (page) => [...held.current, ...page]);
  const latest = () => {
    timer.current = undefined;
    return load(undefined, (page) => newer(held.current, page));
  };
  useEffect(() => {
    void latest();
    return () => clearTimeout(timer.current);
  }, [thing, name]);
  useFollow(
    {what: 'shadow', thing, name},
    {
      frame: ({document}) => {
        setCurrent(document?.version);
        timer.current ??= setTimeout(() => void latest(), againMs);
      },
    },
  );
  const token = page?.nextToken;
  return {
    entries,
    current,
    isNone,
    end: page?.end,
    keptFrom: page?.kept_from?.version,
    failed,
    more: token === undefined ? undefined : () => void older(token),
  };
}
