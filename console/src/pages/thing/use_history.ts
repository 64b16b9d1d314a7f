import {useEffect, useRef, useState} from 'preact/hooks';
import {getHistory} from '../../api';
import {useFollow} from '../../live/live';
import type {Entry, HistoryPage} from '../../wire';
import {newer} from './entries';

const pageEntries = 60;
const againMs = 500;

export interface Past {
  entries: Entry[]; // newest first
  current?: number; // the version of now
  end?: HistoryPage['end'];
  keptFrom?: number;
  failed: string;
  more?: () => void; // loads older ones, if there are any
}

// The history of one shadow, page by page, kept up at its new end.
export function useHistory(thing: string, name: string): Past {
  const [entries, setEntries] = useState<Entry[]>([]);
  const [page, setPage] = useState<HistoryPage | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const [current, setCurrent] = useState<number | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const wordsOf = (error: unknown) =>
    setFailed(error instanceof Error ? error.message : String(error));

  const older = async (after: string | undefined) => {
    try {
      const got = await getHistory(thing, name, {after, limit: pageEntries});
      setEntries((old) => (after === undefined ? got.entries : [...old, ...got.entries]));
      setPage(got);
      setFailed('');
    } catch (error) {
      wordsOf(error);
    }
  };
  const latest = async () => {
    timer.current = undefined;
    try {
      const got = await getHistory(thing, name, {limit: pageEntries});
      setEntries((old) => newer(old, got.entries));
    } catch (error) {
      wordsOf(error);
    }
  };
  useEffect(() => {
    void older(undefined);
    return () => clearTimeout(timer.current);
  }, [thing, name]);
  useFollow(
    {what: 'shadow', thing, name},
    {
      frame: ({document}) => {
        setCurrent(document?.version);
        if (page) timer.current ??= setTimeout(() => void latest(), againMs);
      },
    },
  );
  return {
    entries,
    current,
    end: page?.end,
    keptFrom: page?.kept_from,
    failed,
    more: page?.nextToken === undefined ? undefined : () => void older(page.nextToken),
  };
}
