// The latest refusals; each opens why.

import {useState} from 'preact/hooks';

import {useFollow} from '../../live/live';
import {Dialog} from '../../ui/dialog';
import {Empty} from '../../ui/empty';
import {Explain} from '../../ui/explain';
import {usePhone} from '../../ui/size';
import {VirtualList} from '../../ui/virtual_list';
import type {Refusal} from '../../wire';
import {clockTime, exact, many} from '../../words';
import {added, questionOf, type Refused, whoWords} from './refusals';

export function Denied() {
  const [kept, setKept] = useState<readonly Refused[] | null>(null);
  const [fault, setFault] = useState('');
  const [opened, setOpened] = useState<Refusal | null>(null);
  useFollow(
    {what: 'refusals'},
    {
      frame: ({refusals}) => {
        setFault('');
        setKept((before) => added(before ?? [], refusals));
      },
      error: setFault,
      again: () => setKept([]),
    },
  );
  return (
    <div class="page full denied">
      <header class="page-head">
        <h1>Denied</h1>
        <p class="faint">What policies and the broker's rules have refused lately, newest first.</p>
        {fault !== '' && <p class="fault">{fault}</p>}
      </header>
      {kept?.length === 0 && (
        <Empty title="Nothing has been refused">
          <p>Since shadowd started, every client was let in and allowed what it asked for.</p>
        </Empty>
      )}
      {kept !== null && kept.length > 0 && <List kept={kept} onOpen={setOpened} />}
      {opened && <Why refusal={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

interface ListProps {
  readonly kept: readonly Refused[];
  readonly onOpen: (refusal: Refusal) => void;
}

function List({kept, onOpen}: ListProps) {
  const isNarrow = usePhone();
  const row = (i: number) => {
    const one = kept[i];
    if (one === undefined) return null;
    return (
      <div
        key={one.key}
        role="listitem"
        data-index={i}
        aria-setsize={kept.length}
        aria-posinset={i + 1}
      >
        <button
          type="button"
          class="denied-row"
          tabIndex={i === 0 ? 0 : -1}
          onClick={() => onOpen(one.refusal)}
        >
          <Row {...one} />
        </button>
      </div>
    );
  };
  return (
    <div class="denied-list">
      <VirtualList
        count={kept.length}
        rowHeight={isNarrow ? 76 : 36}
        row={row}
        role="list"
        label="Refusals, newest first"
      />
    </div>
  );
}

function Row({refusal, times}: Refused) {
  const {at, action, resource, reason} = refusal;
  return (
    <>
      <span class="faint number">{clockTime(at)}</span>
      <span class="denied-who">{whoWords(refusal)}</span>
      <span class="denied-what">
        {action} <code>{resource}</code>
      </span>
      <span class="denied-why faint">{reason}</span>
      <span class="denied-times">
        {times > 1 && <span class="badge">{many(times)} times</span>}
      </span>
    </>
  );
}

function Why({refusal, onClose}: {refusal: Refusal; onClose: () => void}) {
  const question = questionOf(refusal);
  return (
    <Dialog title={`Why ${whoWords(refusal)} was refused`} onClose={onClose} wide>
      <p>
        <span class="number">{exact(refusal.at / 1000)}</span>: {refusal.action}{' '}
        <code>{refusal.resource}</code> — {refusal.reason}
      </p>
      {question === null ? (
        <p class="faint">It came without a certificate, so no policy was asked.</p>
      ) : (
        <>
          <p class="faint">As policies are by now:</p>
          <Explain request={question} />
        </>
      )}
    </Dialog>
  );
}
