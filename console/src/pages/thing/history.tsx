import {useEffect, useState} from 'preact/hooks';
import {getDiff, getVersion, getVersionAt} from '../../api';
import {printJson} from '../../json/json';
import {isAdmin} from '../../session';
import {Button} from '../../ui/button';
import {Empty} from '../../ui/empty';
import {JsonView} from '../../ui/json_view';
import {Tabs, tabId} from '../../ui/tabs';
import {Time} from '../../ui/time';
import type {Change, Entry, Json, Version} from '../../wire';
import {exact} from '../../words';
import {isEvent, signOf, summary} from './entries';
import {Restore} from './restore';
import {pathText} from './tree';
import {type Past, useHistory} from './use_history';
import {WhoBy} from './who';

const slideMs = 80;

const views = [
  {key: 'changes', words: 'What it changed'},
  {key: 'since', words: 'Since then'},
  {key: 'document', words: 'Document'},
];

export function Changes({changes, none}: {changes: Change[]; none: string}) {
  if (changes.length === 0) return <p class="faint">{none}</p>;
  return (
    <ul class="changes">
      {changes.map((change) => {
        const sign = signOf(change);
        return (
          <li key={pathText(change.path)} class="change">
            <span class={`sign ${{'+': 'good-text', '−': 'bad-text', '≠': 'warn-text'}[sign]}`}>
              {sign}
            </span>
            <code class="change-path">{pathText(change.path)}</code>
            <code class="change-values">
              {change.old !== undefined && <del>{printJson(change.old)}</del>}
              {change.old !== undefined && change.new !== undefined && ' → '}
              {change.new !== undefined && <ins>{printJson(change.new)}</ins>}
            </code>
          </li>
        );
      })}
    </ul>
  );
}

function EntryLine({
  entry,
  isChosen,
  onChoose,
}: {
  entry: Entry;
  isChosen: boolean;
  onChoose: () => void;
}) {
  const inside = (
    <>
      <span class="entry-version number">
        {entry.version === undefined ? '' : `@${String(entry.version)}`}
      </span>
      <span class="entry-words">{summary(entry)}</span>
      <span class="entry-who faint">
        <WhoBy who={entry} />
      </span>
      <span class="entry-time faint">
        <Time at={entry.timestamp} />
      </span>
    </>
  );
  if (isEvent(entry)) return <li class="entry event">{inside}</li>;
  return (
    <li>
      <button type="button" class="entry" aria-pressed={isChosen} onClick={onChoose}>
        {inside}
      </button>
    </li>
  );
}

function ends({end, keptFrom}: Past): string {
  if (end === 'begin') return 'That is all: the shadow was made here.';
  if (end === 'damaged') return 'What is older cannot be read: a file of the store is damaged.';
  return keptFrom === undefined
    ? 'What is older is not kept.'
    : `What is older than @${String(keptFrom)} is not kept.`;
}

interface DetailProps {
  thing: string;
  name: string;
  version: Version;
  current: number | undefined;
  view: string;
  onView: (view: string) => void;
}

// What was, of one version.
function Detail({thing, name, version, current, view, onView}: DetailProps) {
  const [since, setSince] = useState<Change[] | undefined>(undefined);
  const [isRestoring, setRestoring] = useState(false);
  const {entry} = version;
  useEffect(() => {
    setSince(undefined);
    if (view !== 'since') return undefined;
    let isMine = true;
    getDiff(thing, name, version.version).then(
      ({changes}) => isMine && setSince(changes),
      () => isMine && setSince([]),
    );
    return () => {
      isMine = false;
    };
  }, [thing, name, version.version, current, view]);
  return (
    <section class="past" aria-label={`Version ${String(version.version)}`}>
      <div class="bar">
        <h2 class="number">Version {version.version}</h2>
        <p class="faint number">
          {exact(version.timestamp)} <WhoBy who={entry} />
        </p>
        {isAdmin.value && version.version !== current && version.document && (
          <div class="bar-end">
            <Button onClick={() => setRestoring(true)}>Restore</Button>
          </div>
        )}
      </div>
      {version.connected && (
        <p class="faint">
          {version.connected.since !== undefined
            ? `The device was connected, since ${exact(version.connected.since)}.`
            : `The device was away, since ${exact(version.connected.away_since ?? 0)}.`}
        </p>
      )}
      {version.reported && <p class="faint">What was reported is {version.reported}.</p>}
      <Tabs small label="View" tabs={views} current={view} onChoose={onView} panel="past-view" />
      <div id="past-view" role="tabpanel" aria-labelledby={tabId('past-view', view)}>
        {view === 'changes' && (
          <Changes changes={entry?.changes ?? []} none="No value was changed." />
        )}
        {view === 'since' && since && <Changes changes={since} none="It is now as it was then." />}
        {view === 'document' &&
          (version.document ? (
            <JsonView
              value={version.document as unknown as Json}
              label={`The document of version ${String(version.version)}`}
            />
          ) : (
            <p class="faint">It was deleted.</p>
          ))}
      </div>
      {isRestoring && (
        <Restore
          thing={thing}
          name={name}
          version={version.version}
          onClose={() => setRestoring(false)}
        />
      )}
    </section>
  );
}

function AsAt({onAt}: {onAt: (seconds: number) => void}) {
  const [at, setAt] = useState('');
  const show = (event: Event) => {
    event.preventDefault();
    const ms = Date.parse(at);
    if (!Number.isNaN(ms)) onAt(Math.floor(ms / 1000));
  };
  return (
    <form class="as-at" onSubmit={show}>
      <label class="check">
        As at
        <input
          type="datetime-local"
          step="1"
          value={at}
          onInput={(event) => setAt(event.currentTarget.value)}
        />
      </label>
      <Button type="submit" disabled={at === ''}>
        Show
      </Button>
    </form>
  );
}

// Which version is looked at: by its number, or by a time.
type Wanted = {version: number} | {at: number};

export function History({thing, name}: {thing: string; name: string}) {
  const past = useHistory(thing, name);
  const [wanted, setWanted] = useState<Wanted | undefined>(undefined);
  const [shown, setShown] = useState<Version | undefined>(undefined);
  const [failed, setFailed] = useState('');
  const [view, setView] = useState('changes');
  const versions = past.entries.flatMap(({version, lane}) =>
    version === undefined || lane === 'e' ? [] : [version],
  );
  const newest = Math.max(...versions, past.current ?? 0);
  const oldest = past.more ? (past.keptFrom ?? 1) : Math.min(...versions);
  const chosen = wanted && 'version' in wanted ? wanted.version : shown?.version;

  useEffect(() => {
    const first = versions[0];
    if (!wanted && first !== undefined) setWanted({version: first});
  }, [versions[0]]);
  useEffect(() => {
    if (!wanted) return undefined;
    let isMine = true;
    const load = async () => {
      try {
        const got =
          'at' in wanted
            ? await getVersionAt(thing, name, wanted.at)
            : await getVersion(thing, name, wanted.version);
        if (!isMine) return;
        setShown(got);
        setFailed('');
      } catch (error) {
        if (isMine) setFailed(error instanceof Error ? error.message : String(error));
      }
    };
    const timer = setTimeout(() => void load(), slideMs);
    return () => {
      isMine = false;
      clearTimeout(timer);
    };
  }, [wanted, thing, name]);

  if (past.isNone)
    return (
      <Empty title="No history yet">
        <p>Each change from now on is kept, with who made it.</p>
        {past.failed && <p class="faint">{past.failed}</p>}
      </Empty>
    );
  if (past.failed)
    return (
      <p class="problem" role="alert">
        {past.failed}
      </p>
    );
  if (past.entries.length === 0) return null;
  return (
    <div class="history">
      <div class="bar">
        {newest > oldest && (
          <label class="slider number">
            <span class="sr">Version</span>
            <span class="faint">@{oldest}</span>
            <input
              type="range"
              min={oldest}
              max={newest}
              value={chosen ?? newest}
              aria-valuetext={`version ${String(chosen ?? newest)}`}
              onInput={(event) => setWanted({version: Number(event.currentTarget.value)})}
            />
            <span class="faint">@{newest}</span>
          </label>
        )}
        <AsAt onAt={(at) => setWanted({at})} />
      </div>
      <div class="history-main">
        <div>
          <ol class="entries" aria-label="Changes, newest first">
            {past.entries.map((entry) => (
              <EntryLine
                key={entry.change}
                entry={entry}
                isChosen={entry.version === chosen}
                onChoose={() => entry.version !== undefined && setWanted({version: entry.version})}
              />
            ))}
          </ol>
          {past.more ? (
            <Button onClick={past.more}>Older</Button>
          ) : (
            <p class="faint">{ends(past)}</p>
          )}
        </div>
        {failed ? (
          <p class="problem" role="alert">
            {failed}
          </p>
        ) : (
          shown && (
            <Detail
              key={shown.version}
              thing={thing}
              name={name}
              version={shown}
              current={past.current}
              view={view}
              onView={setView}
            />
          )
        )}
      </div>
    </div>
  );
}
