import { WebSocketServer } from 'ws';
import { sampleEvent, startBareServer } from './bare-server.ts';

/** The broadcast of the manual of `ws`: each event is encoded once, and a loop sends it to each client. */
const server = startBareServer(
  (seq) => {
    const message = JSON.stringify({ subscription: 'all', ...sampleEvent(seq) });
    for (const client of sockets.clients) client.send(message);
  },
  (_request, response) => void response.writeHead(404).end(),
);
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('message', () => socket.send('{"type":"subscribed"}'));
});
