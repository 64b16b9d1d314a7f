// One message as this page keeps it.

export interface Message {
  readonly number: number; // of its arrival on this page, from 1
  readonly at: number; // ms since 1970, by the server's clock
  readonly filter: number; // place of the filter that it came by
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly size: number; // bytes on the wire; the payload kept may be shorter
  readonly payload: string; // text, or base64 where `isBase64`
  readonly isBase64: boolean;
  readonly isTruncated: boolean;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly userProperties?: unknown; // of MQTT 5, as they came
}

const PLACE_BYTES = 256; // an object with its members, roughly

// What it takes of memory, roughly: browsers keep most text at one byte a character.
export function cost(message: Message): number {
  return PLACE_BYTES + message.topic.length + message.payload.length;
}

export function payloadBytes(message: Message): Uint8Array {
  if (!message.isBase64) return new TextEncoder().encode(message.payload);
  const characters = atob(message.payload);
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
