import {VirtualList} from '../../ui/virtual_list';
import {many} from '../../words';
import {useTraffic} from './followed';
import {preview} from './message_list';
import {moveFocus} from '../../ui/row_keys';
import type {TopicNode, TopicRow} from './topics';

interface Props {
  readonly rowHeight: number;
  readonly open: ReadonlySet<string>;
  readonly onOpen: (topic: string, isOpen: boolean) => void;
  readonly chosen: string | null; // a topic
  readonly onChoose: (node: TopicNode) => void;
}

// The topics as a tree: how many messages, and the latest.
export function TopicList({rowHeight, open, onOpen, chosen, onChoose}: Props) {
  const traffic = useTraffic();
  const rows = traffic.tree.rows(open);
  const isChosenThere = rows.some(({node}) => node.topic === chosen);

  const press = (event: KeyboardEvent, {node, isOpen}: TopicRow): void => {
    if (event.key === 'ArrowRight' && node.children.size > 0) onOpen(node.topic, true);
    else if (event.key === 'ArrowLeft' && isOpen) onOpen(node.topic, false);
    else if (event.key === 'Enter' || event.key === ' ') onChoose(node);
    else return;
    event.preventDefault();
  };
  const row = (i: number) => {
    const each = rows[i];
    if (each === undefined) return null;
    const {node, depth, isOpen} = each;
    const isTabStop = isChosenThere ? node.topic === chosen : i === 0;
    const latest = traffic.ring.find(node.latest);
    return (
      <div
        key={node.topic}
        role="treeitem"
        class="mqtt-node"
        data-row
        style={{'--depth': String(depth)}}
        tabIndex={isTabStop ? 0 : -1}
        aria-level={depth + 1}
        aria-expanded={node.children.size > 0 ? isOpen : undefined}
        aria-selected={node.topic === chosen}
        onKeyDown={(event) => press(event, each)}
        onClick={() => {
          onChoose(node);
          if (node.children.size > 0) onOpen(node.topic, !isOpen);
        }}
      >
        <span class="mqtt-twist" aria-hidden="true">
          {node.children.size > 0 && (isOpen ? '▾' : '▸')}
        </span>
        <span class="mqtt-level">{node.name === '' ? '(empty)' : node.name}</span>
        <span class="faint number">{many(node.count)}</span>
        <span class="mqtt-preview">{latest !== undefined && preview(latest)}</span>
      </div>
    );
  };
  return (
    <div class="mqtt-list" onKeyDown={(event) => moveFocus(event)}>
      <VirtualList count={rows.length} rowHeight={rowHeight} row={row} role="tree" label="Topics" />
    </div>
  );
}
