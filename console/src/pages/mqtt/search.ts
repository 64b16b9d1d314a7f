// Which of the kept messages are shown: by a topic filter, and by text.

import type {Message} from './message';
import {filterFault, matches} from './wildcard';

export interface Search {
  readonly topic: string; // an MQTT filter; empty: every topic
  readonly text: string; // part of topic or payload, whatever its case; empty: every one
}

export function isEmpty(search: Search): boolean {
  return search.topic === '' && search.text === '';
}

// A topic filter that is wrong takes nothing: what is wrong is said beside the field.
export function accepts(search: Search, message: Message): boolean {
  if (search.topic !== '') {
    if (filterFault(search.topic) !== null || !matches(search.topic, message.topic)) return false;
  }
  if (search.text === '') return true;
  const text = search.text.toLowerCase();
  return (
    message.topic.toLowerCase().includes(text) ||
    (!message.isBase64 && message.payload.toLowerCase().includes(text))
  );
}
