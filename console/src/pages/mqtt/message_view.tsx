import {useMemo, useState} from 'preact/hooks';

import {Copy} from '../../ui/copy';
import {jsonTokens} from '../../ui/json_tokens';
import {tabId, Tabs} from '../../ui/tabs';
import {bytes, clockTime, count, many} from '../../words';
import {diffBlocks, SHOWN_MAX} from './diff_blocks';
import {traffic} from './followed';
import {hexRow, hexRowCount} from './hex';
import {lineDiff} from './line_diff';
import {Mark} from './mark';
import {type Message, payloadBytes} from './message';
import {pretty} from './pretty';

const PANEL = 'mqtt-payload';
const COLOURED_MAX = 20_000; // characters; beyond it the page would have too many elements

type View = 'text' | 'hex' | 'diff';

// One message: what came with it, and its payload in three ways.
export function MessageView({message}: {message: Message}) {
  const [chosen, setView] = useState<View>('text');
  const view = chosen === 'text' && message.isBase64 ? 'hex' : chosen;
  const json = useMemo(() => (message.isBase64 ? null : pretty(message.payload)), [message]);
  const tabs = [
    ...(message.isBase64 ? [] : [{key: 'text', words: json === null ? 'Text' : 'JSON'}]),
    {key: 'hex', words: 'Hex'},
    {key: 'diff', words: 'Changes'},
  ];
  return (
    <section class="mqtt-message" aria-label="Message">
      <header class="mqtt-message-head">
        <h2 class="mono">{message.topic}</h2>
        <Copy text={message.topic} label="Copy the topic" />
      </header>
      <Facts message={message} />
      <div class="mqtt-views">
        <Tabs
          label="Payload"
          tabs={tabs}
          current={view}
          onChoose={(key) => setView(key as View)}
          panel={PANEL}
          small
        />
        <Copy text={json ?? message.payload} label="Copy the payload" />
      </div>
      <div id={PANEL} role="tabpanel" aria-labelledby={tabId(PANEL, view)} class="mqtt-panel">
        {view === 'text' && <Text message={message} json={json} />}
        {view === 'hex' && <Hex message={message} />}
        {view === 'diff' && <Changes message={message} />}
      </div>
    </section>
  );
}

function Facts({message}: {message: Message}) {
  const {at, filter, qos, retain, size, isTruncated} = message;
  return (
    <p class="mqtt-facts number">
      <Mark place={filter} />
      <span>{clockTime(at)}</span>
      <span>QoS {qos}</span>
      <span>{bytes(size)}</span>
      {retain && <span class="badge">retained</span>}
      {isTruncated && <span class="badge warn">only the first 64 KiB are here</span>}
      {message.contentType !== undefined && <span>content type {message.contentType}</span>}
      {message.responseTopic !== undefined && <span>response topic {message.responseTopic}</span>}
      {message.userProperties !== undefined && (
        <span>user properties {JSON.stringify(message.userProperties)}</span>
      )}
    </p>
  );
}

function Text({message, json}: {message: Message; json: string | null}) {
  const text = json ?? message.payload;
  if (text === '') return <p class="faint">The payload is empty.</p>;
  const isColoured = json !== null && text.length <= COLOURED_MAX;
  return (
    <pre class="json" tabIndex={0} role="region" aria-label="Payload">
      {isColoured
        ? jsonTokens(text).map((token) =>
            token.kind ? <span class={`json-${token.kind}`}>{token.text}</span> : token.text,
          )
        : text}
    </pre>
  );
}

function Hex({message}: {message: Message}) {
  const rows = useMemo(() => {
    const payload = payloadBytes(message);
    const all = Array.from({length: hexRowCount(payload)}, (_, i) => hexRow(payload, i));
    return all.join('\n');
  }, [message]);
  if (rows === '') return <p class="faint">The payload is empty.</p>;
  return (
    <pre class="json" tabIndex={0} role="region" aria-label="Payload in hexadecimal">
      {rows}
    </pre>
  );
}

function Changes({message}: {message: Message}) {
  const before = traffic.ring.before(message);
  const blocks = useMemo(() => {
    if (before === undefined) return [];
    return diffBlocks(lineDiff(readable(before), readable(message)));
  }, [before, message]);
  if (before === undefined) {
    return <p class="faint">No earlier message of this topic is kept here.</p>;
  }
  if (blocks.every((block) => 'same' in block)) {
    return <p class="faint">It is the same as the one of {clockTime(before.at)}.</p>;
  }
  return (
    <>
      <p class="faint">Since the one of {clockTime(before.at)}:</p>
      <pre class="json" tabIndex={0} role="region" aria-label="Changes">
        {blocks.slice(0, SHOWN_MAX).map((block) =>
          'same' in block ? (
            <div class="faint">⋯ {count(block.same, 'line')} as before</div>
          ) : (
            <div class={SIGN_CLASSES[block.sign]}>
              {block.sign} {block.text}
            </div>
          ),
        )}
        {blocks.length > SHOWN_MAX && (
          <div class="faint">⋯ and {many(blocks.length - SHOWN_MAX)} more</div>
        )}
      </pre>
    </>
  );
}

const SIGN_CLASSES = {' ': '', '-': 'diff-gone', '+': 'diff-new'};

function readable(message: Message): string {
  if (!message.isBase64) return pretty(message.payload) ?? message.payload;
  const payload = payloadBytes(message);
  return Array.from({length: hexRowCount(payload)}, (_, i) => hexRow(payload, i)).join('\n');
}
