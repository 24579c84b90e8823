import { createChannel, createSession } from 'better-sse';
import { sampleEvent, startBareServer } from './bare-server.ts';

/** A channel of `better-sse`, as its guide has it. */
const channel = createChannel();

startBareServer(
  (seq) => {
    const event = sampleEvent(seq);
    channel.broadcast(event, 'message', { eventId: event.cursor });
  },
  (request, response) => {
    // Should the session not begin, the subscriber waits in vain, and the run says so.
    void createSession(request, response).then((session) => channel.register(session));
  },
);
