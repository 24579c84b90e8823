/** One message of an event stream. `event` is empty where it has no name. */
export interface StreamMessage {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/**
 * Reads text/event-stream (HTML Living Standard, 9.2.6) in pieces of any size. What comes before the blank line that ends
 * a message is kept for the next piece; a message without data is left out, as browsers do.
 */
export function createEventStreamParser(onMessage: (message: StreamMessage) => void): (text: string) => void {
  let rest = '';
  /** The last piece ended with a carriage return: a line feed that comes next belongs to it. */
  let endedWithReturn = false;
  let event = '';
  let data: string[] = [];
  let id: string | undefined;

  function take(line: string): void {
    if (line === '') {
      const message = { event, data: data.join('\n'), id };
      const isSaid = data.length > 0;
      event = '';
      data = [];
      id = undefined;
      if (isSaid) onMessage(message);
      return;
    }
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
    if (name === 'data') data.push(value);
    else if (name === 'event') event = value;
    else if (name === 'id') id = value;
  }

  return (text) => {
    const piece = endedWithReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text === '') return;
    endedWithReturn = text.endsWith('\r');
    const lines = (rest + piece).split(/\r\n|\r|\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  };
}
