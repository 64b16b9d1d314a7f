// Bytes as people read them: offset, sixteen of them, and what they would be as ASCII.

export const ROW_BYTES = 16;

export function hexRowCount(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / ROW_BYTES);
}

// The i-th row, such as "00000010  6c 61 6d 70 …  lamp…".
export function hexRow(bytes: Uint8Array, i: number): string {
  const start = i * ROW_BYTES;
  const row = [...bytes.subarray(start, start + ROW_BYTES)];
  const hex = row.map((byte) => byte.toString(16).padStart(2, '0'));
  const left = hex.slice(0, 8).join(' ').padEnd(23);
  const right = hex.slice(8).join(' ').padEnd(23);
  const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${start.toString(16).padStart(8, '0')}  ${left}  ${right}  ${text.join('')}`;
}
