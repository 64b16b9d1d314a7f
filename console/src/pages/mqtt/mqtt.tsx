// The MQTT page: what is subscribed to, what has come of it, and what one publishes.

import {useState} from 'preact/hooks';

import {isAdmin} from '../../session';
import {Empty} from '../../ui/empty';
import {usePhone} from '../../ui/size';
import {tabId, Tabs} from '../../ui/tabs';
import {Filters} from './filters';
import {useTraffic} from './followed';
import {MessageList} from './message_list';
import {MessageView} from './message_view';
import {Publish} from './publish';
import {Controls, Counts, SearchBar} from './toolbar';
import {TopicList} from './topic_list';
import type {TopicNode} from './topics';

const MAIN = 'mqtt-main';
const SIDE = 'mqtt-side';

export function Mqtt() {
  const [chosen, setChosen] = useState(0); // the number of a message
  const [side, setSide] = useState<'message' | 'publish'>('message');
  const choose = (number: number): void => {
    setChosen(number);
    setSide('message');
  };
  return (
    <div class="page full mqtt">
      <header class="mqtt-head">
        <div class="page-head">
          <h1>MQTT</h1>
          <Controls />
        </div>
        <Filters />
      </header>
      <div class="mqtt-body">
        <Messages chosen={chosen} onChoose={choose} />
        <aside class="mqtt-aside" aria-label="Details">
          {isAdmin.value && (
            <Tabs
              label="Details"
              tabs={[
                {key: 'message', words: 'Message'},
                {key: 'publish', words: 'Publish'},
              ]}
              current={side}
              onChoose={(key) => setSide(key as typeof side)}
              panel={SIDE}
            />
          )}
          <div
            id={SIDE}
            role={isAdmin.value ? 'tabpanel' : undefined}
            aria-labelledby={isAdmin.value ? tabId(SIDE, side) : undefined}
          >
            {side === 'message' && <Chosen number={chosen} />}
            <div hidden={side !== 'publish'}>{isAdmin.value && <Publish />}</div>
          </div>
        </aside>
      </div>
    </div>
  );
}

function Chosen({number}: {number: number}) {
  const message = useTraffic().ring.find(number);
  if (message !== undefined) return <MessageView message={message} />;
  return (
    <p class="faint mqtt-none">
      {number === 0 ? 'Choose a message to see all of it.' : 'It has gone to make room for others.'}
    </p>
  );
}

function Messages({chosen, onChoose}: {chosen: number; onChoose: (number: number) => void}) {
  const [view, setView] = useState<'list' | 'tree'>('list');
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [node, setNode] = useState<string | null>(null);
  const traffic = useTraffic();
  const rowHeight = usePhone() ? 48 : 28;
  const openOrClose = (topic: string, isOpen: boolean): void => {
    const topics = new Set(open);
    if (isOpen) topics.add(topic);
    else topics.delete(topic);
    setOpen(topics);
  };
  const chooseTopic = ({topic, latest}: TopicNode): void => {
    setNode(topic);
    if (latest > 0) onChoose(latest);
  };
  return (
    <section class="mqtt-messages" aria-label="Messages">
      <div class="mqtt-over">
        <Tabs
          label="As"
          tabs={[
            {key: 'list', words: 'List'},
            {key: 'tree', words: 'Tree'},
          ]}
          current={view}
          onChoose={(key) => setView(key as typeof view)}
          panel={MAIN}
          small
        />
        <Counts />
      </div>
      {view === 'list' && <SearchBar />}
      <div id={MAIN} class="mqtt-main" role="tabpanel" aria-labelledby={tabId(MAIN, view)}>
        {traffic.came === 0 && traffic.ring.size === 0 ? (
          <Nothing />
        ) : view === 'list' ? (
          <MessageList rowHeight={rowHeight} chosen={chosen} onChoose={onChoose} />
        ) : (
          <TopicList
            rowHeight={28}
            open={open}
            onOpen={openOrClose}
            chosen={node}
            onChoose={chooseTopic}
          />
        )}
      </div>
    </section>
  );
}

function Nothing() {
  if (useTraffic().filters.length > 0) {
    return (
      <Empty title="Nothing has come yet">
        <p>Retained messages come at once, others when somebody publishes them.</p>
      </Empty>
    );
  }
  return (
    <Empty title="Subscribe to see what is published">
      <p>
        <code>#</code> is everything but topics that begin with $, and{' '}
        <code>$aws/things/+/shadow/#</code> is what shadows are asked and say.
      </p>
    </Empty>
  );
}
