import {useEffect, useRef, useState} from 'preact/hooks';
import {check} from '../../api';
import {printJson} from '../../json/json';
import type {Check, UpdateRequest} from '../../wire';

const restMs = 300; // after the last key

// What the update would do, asked of the service while one writes. Nothing while there is no update
// to ask about; `failed` if it cannot be asked.
export function useCheck(thing: string, name: string, update: UpdateRequest | undefined) {
  const [checked, setChecked] = useState<Check | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const asked = useRef(0);
  const key = update === undefined ? '' : printJson(update);
  useEffect(() => {
    const mine = ++asked.current;
    if (!update) {
      setChecked(undefined);
      return undefined;
    }
    const ask = async () => {
      try {
        const got = await check(thing, name, update);
        if (mine !== asked.current) return;
        setChecked(got);
        setFailed('');
      } catch (error) {
        if (mine === asked.current)
          setFailed(error instanceof Error ? error.message : String(error));
      }
    };
    const timer = setTimeout(() => void ask(), restMs);
    return () => clearTimeout(timer);
  }, [key, thing, name]);
  return {checked, failed};
}
