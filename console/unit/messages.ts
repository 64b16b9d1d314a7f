import type {Message} from '../src/pages/mqtt/message';

export function message(number: number, more: Partial<Message> = {}): Message {
  return {
    number,
    at: 1_764_000_000_000 + number,
    filter: 0,
    topic: 'a/b',
    qos: 0,
    retain: false,
    size: 5,
    payload: 'hello',
    isBase64: false,
    isTruncated: false,
    ...more,
  };
}
