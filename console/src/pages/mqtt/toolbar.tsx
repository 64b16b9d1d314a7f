import {useKey} from '../../keys';
import {Button} from '../../ui/button';
import {Icon} from '../../ui/icon';
import {count, many} from '../../words';
import {traffic, useTraffic} from './followed';
import {exportName, ndjson} from './ndjson';
import {filterFault} from './wildcard';

const SEARCH = 'mqtt-search';

function saveShown(): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(ndjson(traffic.shown.oldestFirst()));
  link.download = exportName(new Date());
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function goOnOrStop(): void {
  if (traffic.isFollowing) traffic.stop();
  else traffic.start();
}

// How many there are and why some are not, in one line.
export function Counts() {
  const {came, lost, ring, tree, gaps, behind, shown, isSearching, isPaused} = useTraffic();
  return (
    <p class="mqtt-counts number">
      <span>{count(came, 'message')}</span>
      {isSearching && <span>{many(shown.size)} found</span>}
      {isPaused && <span class="badge">paused · {many(behind)} since</span>}
      {lost > 0 && (
        <span class="badge warn" data-tip="More came than this page is given: 500 a second">
          lost: {many(lost)}
        </span>
      )}
      {gaps > 0 && (
        <span class="badge warn" data-tip="What came while the connection was away is not known">
          {count(gaps, 'gap')}
        </span>
      )}
      {ring.gone > 0 && <span class="faint">{many(ring.gone)} older ones have gone from here</span>}
      {tree.gone > 0 && <span class="faint">{count(tree.gone, 'topic')} gone from the tree</span>}
    </p>
  );
}

export function Controls() {
  const {isPaused, isFollowing, filters, shown} = useTraffic();
  useKey('p', 'pause or go on', () => traffic.pause(!traffic.isPaused));
  useKey('s', 'stop or start all filters', goOnOrStop);
  useKey('c', 'clear the messages', () => traffic.clear());
  return (
    <div class="mqtt-controls" role="group" aria-label="Messages">
      <Button
        keys="p"
        tip="What comes is kept and counted; what is shown stands still"
        pressed={isPaused}
        onClick={() => traffic.pause(!isPaused)}
      >
        <Icon name={isPaused ? 'play' : 'pause'} />
        {isPaused ? 'Go on' : 'Pause'}
      </Button>
      <Button keys="s" disabled={filters.length === 0} onClick={goOnOrStop}>
        {isFollowing || filters.length === 0 ? 'Stop' : 'Start'}
      </Button>
      <Button keys="c" onClick={() => traffic.clear()}>
        Clear
      </Button>
      <Button disabled={shown.size === 0} onClick={saveShown}>
        Export
      </Button>
    </div>
  );
}

export function SearchBar() {
  const {search} = useTraffic();
  const fault = search.topic === '' ? null : filterFault(search.topic);
  useKey('/', 'search the messages', () => document.getElementById(SEARCH)?.focus());
  return (
    <div class="mqtt-search" role="search">
      <label class="field grow">
        <span>Text in topic or payload</span>
        <input
          id={SEARCH}
          type="search"
          value={search.text}
          spellcheck={false}
          onInput={(event) => traffic.find({...traffic.search, text: event.currentTarget.value})}
        />
      </label>
      <label class="field grow">
        <span>Topic, with + and #</span>
        <input
          class="mono"
          type="search"
          value={search.topic}
          spellcheck={false}
          autocapitalize="none"
          aria-invalid={fault !== null}
          aria-describedby="mqtt-search-fault"
          onInput={(event) => traffic.find({...traffic.search, topic: event.currentTarget.value})}
        />
      </label>
      <p id="mqtt-search-fault" class="fault">
        {fault}
      </p>
    </div>
  );
}
