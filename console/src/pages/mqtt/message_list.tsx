import {useLayoutEffect, useRef} from 'preact/hooks';

import {VirtualList} from '../../ui/virtual_list';
import {bytes, clockTime} from '../../words';
import {useTraffic} from './followed';
import {Mark} from './mark';
import type {Message} from './message';

const PREVIEW_CHARACTERS = 200;

interface Props {
  readonly rowHeight: number;
  readonly chosen: number; // the number of a message; 0: none
  readonly onChoose: (number: number) => void;
}

// The first of a payload, on one line.
export function preview({payload, isBase64}: Message): string {
  if (isBase64) return 'no text';
  return payload.slice(0, PREVIEW_CHARACTERS).replace(/\s+/g, ' ');
}

// Newest first. Who has scrolled away from the newest keeps what he sees where it is.
export function MessageList({rowHeight, chosen, onChoose}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const {shown} = useTraffic();
  const stay = useRef({number: 0, offset: 0}); // the message at the top of what is seen

  const remember = (): void => {
    const top = box.current?.scrollTop ?? 0;
    const at = shown.at(Math.floor(top / rowHeight));
    stay.current = {number: top < rowHeight ? 0 : (at?.number ?? 0), offset: top % rowHeight};
  };
  useLayoutEffect(() => {
    const {number, offset} = stay.current;
    const place = number === 0 ? -1 : shown.placeOf(number);
    if (box.current && place >= 0) box.current.scrollTop = place * rowHeight + offset;
    remember();
  });

  const isChosenThere = chosen !== 0 && shown.placeOf(chosen) >= 0;
  const row = (i: number) => {
    const message = shown.at(i);
    if (message === undefined) return null;
    const isTabStop = isChosenThere ? message.number === chosen : i === 0;
    return (
      <div
        key={message.number}
        role="listitem"
        data-index={i}
        aria-setsize={shown.size}
        aria-posinset={i + 1}
      >
        <button
          type="button"
          class="mqtt-row"
          tabIndex={isTabStop ? 0 : -1}
          aria-pressed={message.number === chosen}
          onClick={() => onChoose(message.number)}
        >
          <Row message={message} />
        </button>
      </div>
    );
  };
  return (
    <div class="mqtt-list" onScrollCapture={remember}>
      <VirtualList
        box={box}
        count={shown.size}
        rowHeight={rowHeight}
        row={row}
        role="list"
        label="Messages, newest first"
      />
    </div>
  );
}

function Row({message}: {message: Message}) {
  const {at, filter, topic, qos, retain, size} = message;
  return (
    <>
      <span class="faint number">{clockTime(at)}</span>
      <Mark place={filter} />
      <span class="mqtt-topic">{topic}</span>
      <span class="faint number mqtt-flags">
        QoS {qos}
        {retain && ' · retained'}
      </span>
      <span class="faint number mqtt-size">{bytes(size)}</span>
      <span class="mqtt-preview">{preview(message)}</span>
    </>
  );
}
