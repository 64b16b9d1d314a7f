// MQTT's topics and topic filters.

const TOPIC_BYTES_MAX = 65_535;

// Whether a filter with + and # takes a topic; wildcards of the first level take no $ topic.
export function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  if (topic.startsWith('$') && (wanted[0] === '+' || wanted[0] === '#')) return false;
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (i >= levels.length) return false;
    if (level !== '+' && level !== levels[i]) return false;
  }
  return wanted.length === levels.length;
}

// What is wrong with a filter; null: nothing.
export function filterFault(filter: string): string | null {
  const fault = textFault(filter, 'A filter');
  if (fault !== null) return fault;
  const levels = filter.split('/');
  if (levels[0] === '$share') return 'A shared subscription would take messages from its group';
  for (const [i, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || i !== levels.length - 1)) {
      return '# stands alone, and last';
    }
    if (level.includes('+') && level !== '+') return '+ stands alone between slashes';
  }
  return null;
}

// What is wrong with a topic to publish to; null: nothing.
export function topicFault(topic: string): string | null {
  const fault = textFault(topic, 'A topic');
  if (fault !== null) return fault;
  return /[+#]/.test(topic) ? 'A topic to publish to has no + and no #' : null;
}

function textFault(text: string, what: string): string | null {
  if (text === '') return `${what} has at least one character`;
  if (text.includes('\0')) return `${what} has no NUL`;
  if (new TextEncoder().encode(text).length > TOPIC_BYTES_MAX) {
    return `${what} has at most ${TOPIC_BYTES_MAX} bytes`;
  }
  return null;
}
