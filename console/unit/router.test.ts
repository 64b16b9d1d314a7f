import assert from 'node:assert/strict';
import {test} from 'node:test';
import {formatRoute, parseRoute} from '../src/router';

test('an address says page, parts and query', () => {
  assert.deepEqual(parseRoute('#/things/lamp/history?shadow=a%20b&x=1'), {
    page: 'things',
    rest: ['lamp', 'history'],
    query: {shadow: 'a b', x: '1'},
  });
});

test('what is no page of ours leads to the things', () => {
  for (const hash of ['', '#', '#/', '#/nothing/lamp', '#token=abc'])
    assert.deepEqual(parseRoute(hash), {page: 'things', rest: [], query: {}}, hash);
});

test('names with slashes, colons, percent and question marks come back', () => {
  const rest = ['a/b:c?d#e%f ü', 'history'];
  const query = {q: 'lamp* connected:true', sort: '-updated'};
  assert.deepEqual(parseRoute(formatRoute('things', rest, query)), {page: 'things', rest, query});
});

test('a question mark in the query stays there', () => {
  assert.deepEqual(parseRoute('#/things?q=la?p').query, {q: 'la?p'});
});

test('a wrong escape is taken as it stands', () => {
  assert.deepEqual(parseRoute('#/things/%zz').rest, ['%zz']);
});

test('empty values leave no trace', () => {
  assert.equal(formatRoute('mqtt', [], {filter: '', q: undefined}), '#/mqtt');
});
