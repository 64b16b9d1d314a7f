import assert from 'node:assert/strict';
import {test} from 'node:test';

import {NODES_MAX, TopicTree} from '../src/pages/mqtt/topics';

const shown = (tree: TopicTree, ...open: string[]): string[] =>
  tree.rows(new Set(open)).map(({node, depth}) => `${depth} ${node.name} ${node.count}`);

test('a topic tree counts messages here and below, sorted by name', () => {
  const tree = new TopicTree();
  tree.touch('home/lamp', 1);
  tree.touch('home/lamp', 2);
  tree.touch('home', 3);
  tree.touch('garden/gate', 4);
  assert.deepEqual(shown(tree), ['0 garden 1', '0 home 3']);
  assert.deepEqual(shown(tree, 'home'), ['0 garden 1', '0 home 3', '1 lamp 2']);
  assert.equal(tree.rows(new Set(['home']))[1]?.node.own, 1);
  assert.equal(tree.root.count, 4);
});

test('levels may be empty', () => {
  const tree = new TopicTree();
  tree.touch('/a//b', 1);
  const names = tree.rows(new Set(['', '/a', '/a/'])).map(({node}) => node.topic);
  assert.deepEqual(names, ['', '/a', '/a/', '/a//b']);
});

test('the quietest topics go first, leaves before what is above them, and are counted', () => {
  const tree = new TopicTree(3);
  tree.touch('a/b', 1);
  tree.touch('c', 2);
  tree.touch('d', 3); // a/b goes, a stays: it is the quietest that is left
  assert.deepEqual(shown(tree, 'a'), ['0 a 1', '0 c 1', '0 d 1']);
  assert.equal(tree.gone, 1);
  tree.touch('c', 4);
  tree.touch('e', 5);
  assert.deepEqual(shown(tree), ['0 c 2', '0 d 1', '0 e 1']);
  assert.equal(tree.size, 3);
});

test('a tree never has more nodes than its bound, and never loses a busy topic', () => {
  const tree = new TopicTree();
  for (let i = 0; i < 3 * NODES_MAX; i += 1) {
    tree.touch(`fleet/${i % 7}/device-${i}/state`, i);
    tree.touch('busy/topic', i);
    assert.ok(tree.size <= NODES_MAX);
  }
  const count = (rows: ReturnType<TopicTree['rows']>): number => rows.length;
  const everything = new Set<string>();
  for (let before = -1; before !== everything.size;) {
    before = everything.size;
    for (const {node} of tree.rows(everything)) everything.add(node.topic);
  }
  assert.equal(count(tree.rows(everything)), tree.size);
  assert.equal(tree.rows(new Set(['busy']))[1]?.node.own, 3 * NODES_MAX);
});
