import type { EncodedEvent } from '../feed/encoding.ts';
import { encodeTextFrame } from './text-frame.ts';

/** Where each subscriber calls its subscription something else, nothing is gained by keeping all of them. */
const maxKept = 32;

/** An event is sent to all its subscribers before the next one is: only the last one's frames are kept. */
let last: EncodedEvent | undefined;
const frames = new Map<string, Buffer>();

/** The message with an event as one frame, made once for all sockets on which it begins the same. */
export function eventFrame(event: EncodedEvent, head: string): Buffer {
  if (event !== last) {
    last = event;
    frames.clear();
  }
  let frame = frames.get(head);
  if (frame === undefined) {
    frame = encodeTextFrame(head + event.json.slice(1));
    if (frames.size < maxKept) frames.set(head, frame);
  }
  return frame;
}
