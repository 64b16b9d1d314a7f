// Messages as a file: one JSON object a line, with the names of the wire.

import type {Message} from './message';

export function ndjsonLine(message: Message): string {
  const {at, topic, qos, retain, size, payload, isBase64, isTruncated} = message;
  return `${JSON.stringify({
    at,
    topic,
    qos,
    retain,
    size,
    ...(isBase64 ? {payload64: payload} : {payload}),
    ...(isTruncated ? {truncated: true} : {}),
    contentType: message.contentType,
    responseTopic: message.responseTopic,
    userProperties: message.userProperties,
  })}\n`;
}

// In parts: a line each, so that no text of all of them is made.
export function ndjson(messages: Iterable<Message>): Blob {
  return new Blob(Array.from(messages, ndjsonLine), {type: 'application/x-ndjson'});
}

// Such as "mqtt-2026-01-31T10-20-30.ndjson".
export function exportName(at: Date): string {
  return `mqtt-${at.toISOString().slice(0, 19).replaceAll(':', '-')}.ndjson`;
}
