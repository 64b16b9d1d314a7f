// The topics of what has come, as a tree of bounded size: the topics that have been quiet for
// longest go, leaf by leaf.

export const NODES_MAX = 10_000;

export interface TopicNode {
  readonly name: string; // one level
  readonly topic: string; // from the root
  readonly parent: TopicNode | null;
  readonly children: Map<string, TopicNode>;
  count: number; // messages here and below
  own: number; // messages here
  latest: number; // number of the latest message here; 0: there was none
}

export interface TopicRow {
  readonly node: TopicNode;
  readonly depth: number; // 0: first level
  readonly isOpen: boolean;
}

export class TopicTree {
  readonly root: TopicNode = emptyNode('', '', null);
  // Quietest first. Whenever a topic is touched its levels are moved to the end, the leaf first:
  // nobody is ever quieter than what is below, so the first is always a leaf.
  private readonly quiet = new Set<TopicNode>();
  private left = 0;

  constructor(private readonly nodesMax = NODES_MAX) {}

  get size(): number {
    return this.quiet.size;
  }

  // How many nodes have gone to make room.
  get gone(): number {
    return this.left;
  }

  touch(topic: string, number: number): void {
    let node = this.root;
    const path: TopicNode[] = [];
    for (const name of topic.split('/')) {
      let child = node.children.get(name);
      if (child === undefined) {
        child = emptyNode(name, node === this.root ? name : `${node.topic}/${name}`, node);
        node.children.set(name, child);
      }
      path.push(child);
      node = child;
    }
    node.own += 1;
    node.latest = number;
    for (const each of path.reverse()) {
      each.count += 1;
      this.quiet.delete(each);
      this.quiet.add(each);
    }
    this.root.count += 1;
    this.makeRoom();
  }

  // What a list of the tree shows: the open nodes' children, sorted by name.
  rows(open: ReadonlySet<string>): TopicRow[] {
    const rows: TopicRow[] = [];
    const add = (parent: TopicNode, depth: number): void => {
      const sorted = [...parent.children.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const node of sorted) {
        const isOpen = node.children.size > 0 && open.has(node.topic);
        rows.push({node, depth, isOpen});
        if (isOpen) add(node, depth + 1);
      }
    };
    add(this.root, 0);
    return rows;
  }

  clear(): void {
    this.root.children.clear();
    this.root.count = 0;
    this.quiet.clear();
    this.left = 0;
  }

  private makeRoom(): void {
    for (const node of this.quiet) {
      if (this.quiet.size <= this.nodesMax) return;
      node.parent?.children.delete(node.name);
      this.quiet.delete(node);
      this.left += 1;
    }
  }
}

function emptyNode(name: string, topic: string, parent: TopicNode | null): TopicNode {
  return {name, topic, parent, children: new Map(), count: 0, own: 0, latest: 0};
}
